# Why a PDF cannot be signed, and the cure. Keys are `pdf-refusal-<slug>`.

pdf-refusal-not-pdf = The file is not a PDF, or something stands before its beginning. Export the document as PDF, or make a clean copy (trien clean-copy), and submit that.
pdf-refusal-too-large = The file has more than 50 MiB. Compress its pictures or split it.
pdf-refusal-bad-end = The file is cut off, or something follows its end. Download or export it again, or make a clean copy (trien clean-copy) and compare it with the original.
pdf-refusal-bad-xref = The file's table of contents is broken; other readers would repair it by guessing. Make a clean copy (trien clean-copy), compare it with the original and submit that.
pdf-refusal-xref-loop = The file's tables of contents point at one another. Make a clean copy (trien clean-copy), compare it with the original and submit that.
pdf-refusal-hybrid-xref = The file has two tables of contents that disagree, so readers could show different things. Make a clean copy (trien clean-copy), compare it with the original and submit that.
pdf-refusal-too-many-sections = The file was changed too many times. Make a clean copy (trien clean-copy), compare it with the original and submit that.
pdf-refusal-too-many-entries = The file has too many objects. Print it to PDF, or split it.
pdf-refusal-object-number = The file uses object numbers that many readers do not know. Make a clean copy (trien clean-copy), compare it with the original and submit that.
pdf-refusal-encrypted = The file is protected by a password or a certificate. Where it opens without a password, make a clean copy (trien clean-copy) and submit that; otherwise save it without protection.
pdf-refusal-bad-entry = The file's table of contents points to the wrong place. Make a clean copy (trien clean-copy), compare it with the original and submit that.
pdf-refusal-renumbered-object = The file refers to parts by a version that they do not have, and readers disagree about what that means. Make a clean copy (trien clean-copy), compare it with the original and submit that.
pdf-refusal-hidden-object = A later change of the file shows something that lay hidden before, unseen by whoever signed then. Ask for the original, or print it to PDF again.
pdf-refusal-overlap = Parts of the file lie on top of each other, so that readers could show different things. Make a clean copy (trien clean-copy), compare it with the original and submit that.
pdf-refusal-bad-object = A part of the file is malformed. Make a clean copy (trien clean-copy), compare it with the original and submit that.
pdf-refusal-bad-stream = A part of the file does not have the length it says. Make a clean copy (trien clean-copy), compare it with the original and submit that.
pdf-refusal-bad-filter = A part of the file cannot be unpacked. Export it again, or print it to PDF.
pdf-refusal-duplicate-key = A part of the file says one thing twice, and readers disagree about which holds. Make a clean copy (trien clean-copy), compare it with the original and submit that.
pdf-refusal-too-deep = The file nests too deeply. Print it to PDF again.
pdf-refusal-too-much-inflated = The file unpacks to far more than its size. Print it to PDF again.
pdf-refusal-bad-catalog = The file has no sound catalog. Export it again, or print it to PDF.
pdf-refusal-bad-page-tree = The file's list of pages is broken. Make a clean copy (trien clean-copy), compare it with the original and submit that.
pdf-refusal-bad-page = A page has no sound size or rotation. Print it to PDF again.
pdf-refusal-drawn-otherwise = Readers show other pages of this file than it states. Print it to PDF again.
pdf-refusal-no-page = The file has no page. Check that the right file was chosen.
pdf-refusal-too-many-pages = The file has more than 5,000 pages. Split it.
pdf-refusal-bad-form = The file's form is broken. Print it to PDF, which flattens the form.
pdf-refusal-bad-signature = An earlier signature in the file does not cover what it should. Ask its signer to sign again.
pdf-refusal-too-many-signatures = The file has more than 64 signatures. Start from the document before it was signed.
pdf-refusal-changes-forbidden = An earlier signature forbids every further change, so nobody else can sign. Ask its signer for a version that allows signatures.
pdf-refusal-fields-locked = An earlier signature locks all fields, so nobody else can sign. Ask its signer for a version without the lock.
pdf-refusal-active-content = The file holds scripts or programs and could show something else tomorrow. Make a clean copy without them (trien clean-copy --without-active-content), or print it to PDF.
pdf-refusal-timed-out = The file took too long to check. Print it to PDF again, or split it.
pdf-refusal-exhausted = The file needs more memory or time to check than a document may. Print it to PDF again, or split it.

# What a signer should know. Keys are `pdf-finding-<slug>`.

pdf-finding-signed-before = Signatures already on the document: { $count }.
pdf-finding-changed-after-signature = Something was added after the last signature.
pdf-finding-optional-content = Parts of a page can be switched on and off, so it may look different elsewhere.
pdf-finding-field-without-appearance = A form field has no drawing of its value; other readers may show it differently.
pdf-finding-embedded-files = Files are attached inside the document.
pdf-finding-xfa = An XFA form stands beside the pages.
pdf-finding-content-changed-after-signature = What somebody had signed was changed after that signature. Compare the pages before and after it.
pdf-finding-clean-copy = The file says of itself that it is a clean copy of one that could not be signed; nobody vouches for that, so compare it with the original.
pdf-finding-readers-may-differ = The file is written so that other readers may show something else than what you see here.
pdf-finding-annotation-may-differ = An annotation may look different in other readers, or not be shown.
pdf-finding-font-not-embedded = A font is not embedded in the file; other readers may show other letters.

# Why a page cannot be shown. Keys are `pdf-render-<slug>`.

pdf-render-unreadable = The document cannot be drawn. Print it to PDF again and submit that.
pdf-render-no-such-page = The document has no such page.
pdf-render-size = The page would be too large a picture. Zoom out.
pdf-render-region = The part asked for does not lie on the page, or is too large. Zoom out.
pdf-render-too-many-operations = The page has too many strokes to be shown. Print it to PDF again as a picture.
pdf-render-pictures-too-large = Pictures on the page are too large to be shown. Scan it again with 600 dots per inch at most.
pdf-render-unpacks-to-too-much = The page unpacks to too much to be shown. Print it to PDF again.
pdf-render-too-much-area = The page paints too many layers to be shown. Print it to PDF again.
pdf-render-too-much-memory = Such a zoom takes too much memory. Zoom out.
pdf-render-ambiguous = A part of the page lacks what it names, and readers show different things. Print it to PDF again and submit that.
pdf-render-failed = The page cannot be drawn. Print it to PDF again and submit that.
