# How `trien verify` lays out its report; findings are in verify.ftl.

verify-signature = Signature { $number }: { $signer }
verify-no-name = no readable certificate
verify-label-integrity = integrity
verify-label-validity = certificate
verify-label-chain = chain
verify-label-revocation = revocation
verify-label-time = time
verify-label-covers = covers
verify-label-document = document
verify-label-recording = recording
verify-ok = ok
verify-failed = FAILED
verify-cannot-be-determined = unknown
verify-time-log-receipt = { $time }, as the log recorded it
verify-time-claimed = { $time }, as the signature claims; nobody vouches for it
verify-time-verification = none stated; judged as of { $time }
verify-covers-whole-file = the whole file
verify-covers-earlier-revision = the document up to it; later signatures cover the rest
verify-covers-unsigned-changes = the document up to it; what follows is not signed
verify-recording-shown = { $verb }: leaf { $index } of the log { $log } ({ $size } leaves), recorded { $time }
verify-verb-approve = approval
verify-verb-reject = rejection
verify-verb-return = return for changes
