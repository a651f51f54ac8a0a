# Clean copies. Keys `clean-copy-no-<slug>` say why there is none; otherwise the gate's own reason is told.

clean-copy-made = { $file } is a clean copy of SHA-256 { $original } ({ $reason }). Compare it with the original before you submit it.
clean-copy-removed = left out as asked: { $removed }
clean-copy-missing = references of the original that lead nowhere: { $count }; look whether something is missing
clean-copy-no-not-needed = The file can be signed as it is. Submit it without a copy.
clean-copy-no-signed = The file holds a signature, which a copy would lose. Ask its signer for a sound file, or start from the document before it was signed.
clean-copy-no-password = The file opens only with a password. Open it with that password, save it without protection and submit that.
clean-copy-no-encryption = The file is protected in a way that only certain programs or certificates open. Ask its sender for a file without protection.
clean-copy-no-unreadable = The file is too damaged to be read reliably, so a copy would be a guess. Export it again, or ask its sender for a sound file.
clean-copy-no-incomplete = The content of a page is not in the file. Download or export it again.
clean-copy-no-active-content = The file holds scripts or programs. Ask for a clean copy without active content (--without-active-content; active-content=remove), or print the file to PDF.
