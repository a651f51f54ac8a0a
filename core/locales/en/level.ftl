# Levels of units: central, province, commune, or whatever the office calls them.

level-levels = Levels of units
level-lead = A unit may have a level: it is chosen when the unit is added, and tables name it. Whoever administers a unit that has none above it adds levels and renames them. A level's code stays when its name changes.
level-code = Code
level-name = Name of the level
level-rename = Rename
level-add = Add a level
level-above = Right below
level-highest = None: it is the highest
level-invalid = Nothing was changed. A level has a name of 1 to 100 characters that no other one has, and a reason of at most 500.
level-news-added = The level was added.
level-news-renamed = The level was renamed.
