-- Clerks and auditors look for requests: the newest first, of their units, by words without marks. `folded` has the words
-- of number, abstract, kind and issuer, each after a blank; the server fills it in for rows that are there already.
--
-- Districts stood between provinces and communes until 2025: older trees and tables have them, and are imported with
-- the level that they had.

ALTER TABLE request ADD COLUMN folded TEXT NOT NULL DEFAULT '';
CREATE INDEX request_newest ON request (unit, id);

UPDATE level SET rank = 4 WHERE code = 'commune';
INSERT INTO level (code, rank, name) VALUES ('district', 3, 'Huyện');
