# Documents that also go on paper, in the console.
on-paper-counts = Also on paper
on-paper-lead = How many documents that all have signed went on paper all the same, by unit and reason, counted by the day on which they were submitted.
on-paper-from = From
on-paper-to = To, included
on-paper-none = No document went on paper in these days. The reason is chosen when a document is submitted.
on-paper-whole = All
on-paper-count = Documents
on-paper-other = other reasons
on-paper-more = Not all lines are shown here; the number above counts all documents.
on-paper-fault = Choose a first day that is not after the last one.
