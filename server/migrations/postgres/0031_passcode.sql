-- Whether the phone's passcode answers an approval key as well as a finger or a face, 1 or 0; null as the rest of
-- the statement is, where a unit states nothing.
ALTER TABLE unit ADD COLUMN prompt_passcode BIGINT;
UPDATE unit SET prompt_passcode = 0 WHERE prompt_seconds IS NOT NULL;
