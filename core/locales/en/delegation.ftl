# Deciding in another's place (KT., TL., TUQ.), in the console.
delegation-delegations = Delegations
delegation-lead = Whoever delegates signs it on their own phone. It ends by itself when its time is over, when either of the two leaves the post, and when the giver's key leaks.
delegation-none = Nobody delegates anything.
delegation-in-place-of = In the place of
delegation-who = Who decides
delegation-kinds = Kinds of documents
delegation-all-kinds = all
delegation-time = From – to
delegation-state = State
delegation-planned = not started
delegation-in-force = in force
delegation-ended = over
delegation-end = End
delegation-news-ended = The delegation has ended: from now on no decision is recorded by it.
