# The register.

console-unfit-holder-not-clerk = The agency's certificate is held by its clerk (R12). This person has no post as clerk of the unit: give them one first (change of post, or the column of authority in the table of people), or choose somebody else.
