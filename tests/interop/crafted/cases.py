"""The tricks. Each function is one file; its name is the case, its first line the trick."""

import zlib

from .paper import BLUE, CATALOG, GREEN, PAGE, PAGES, RED, Paper

CASES = {}


def case(make):
    CASES[make.__name__.replace("_", "-")] = make
    return make


def page_with(keys, **keywords):
    return Paper.page(page=PAGE.replace("/Contents", keys + "/Contents"), **keywords)


def other_page(content, parent=2):
    """The body of a page that shows another stream."""
    return f"<</Type/Page/Parent {parent} 0 R/MediaBox[0 0 100 100]/Resources<<>>/Contents {content} 0 R>>"


# --- what a revision takes away ---------------------------------------------------------------


@case
def freed_content():
    """The page's content is freed by a later revision; the page still refers to it."""
    return Paper.page().table().free(4, 1).table().done()


@case
def freed_and_reused():
    """The content's number comes back with generation 1, the page still says generation 0."""
    return Paper.page().table().stream(4, RED, generation=1).table().done()


@case
def wrong_generation():
    """The page asks for generation 1 of a content that only has generation 0."""
    return Paper.page(page=PAGE.replace("4 0 R", "4 1 R")).table().done()


@case
def freed_page():
    """A page in the tree is freed by a later revision."""
    pages = "<</Type/Pages/Kids[3 0 R 5 0 R]/Count 2>>"
    return Paper.page(pages=pages).object(5, other_page(6)).stream(6, RED).table().free(5, 1).table().done()


@case
def freed_annotation():
    """An annotation that covers the page is freed, but still listed."""
    paper = page_with("/Annots[5 0 R]").object(5, stamp(6)).stream(6, RED, FORM)
    return paper.table().free(5, 1).table().done()


@case
def free_list_in_use():
    """The only section calls the content free, though its bytes are there."""
    return Paper.page().free(4).table().done()


# --- what a rebuild would find ----------------------------------------------------------------


@case
def orphan_behind_a_broken_entry():
    """Only the entry of /Info is broken; a reader that rebuilds takes the orphan for the content."""
    paper = Paper.page().row(5, ("n", 3, 0)).orphan(4, f"<</Length {len(RED)}>>stream\n{RED.decode()}\nendstream")
    return paper.table("/Info 5 0 R").done()


@case
def orphan_behind_a_dangling_info():
    """/Info dangles, which makes some readers rebuild; an orphan waits behind the real content."""
    return Paper.page().stream(4, RED, listed=False).table("/Info 9 0 R").done()


@case
def orphan_behind_a_dangling_content():
    """The page's contents name one object too many; an orphan waits behind the real one."""
    page = PAGE.replace("4 0 R", "[9 0 R 4 0 R]")
    return Paper.page(page=page).stream(4, RED, listed=False).table().done()


@case
def orphan_for_a_dangling_content():
    """The second content is named by no section, but its object lies in the file."""
    page = PAGE.replace("4 0 R", "[4 0 R 9 0 R]")
    return Paper.page(page=page).stream(9, RED, listed=False).table().done()


@case
def orphan_in_front():
    """An orphan stands in front of the real content: the last definition is the real one."""
    paper = Paper().object(1, CATALOG).object(2, PAGES).object(3, PAGE).stream(4, RED, listed=False)
    return paper.stream(4, GREEN).table("/Info 9 0 R").done()


@case
def orphan_that_nobody_needs():
    """An orphan behind the real content in a file that gives no reason to rebuild it."""
    return Paper.page().stream(4, RED, listed=False).table().done()


@case
def orphan_in_a_comment():
    """The orphan's header stands in a comment."""
    orphan = f"% 4 0 obj <</Length {len(RED)}>>stream\n{RED.decode()}\nendstream endobj\n"
    return Paper.page().raw(orphan).table("/Info 9 0 R").done()


@case
def orphan_in_a_string():
    """The orphan lies within a string of another object."""
    orphan = f"(\n4 0 obj\n<</Length {len(RED)}>>stream\n{RED.decode()}\nendstream\nendobj\n)"
    return Paper.page().object(5, orphan).table("/Info 9 0 R").done()


@case
def orphan_in_a_stream():
    """The orphan lies within the data of an unused stream."""
    orphan = b"\n4 0 obj\n<</Length %d>>stream\n%s\nendstream\nendobj\n" % (len(RED), RED)
    return Paper.page().stream(5, orphan).table("/Info 9 0 R").done()


@case
def entry_at_a_blank():
    """Entries point at the blank in front of their object."""
    paper = Paper().object(1, CATALOG).object(2, PAGES).object(3, PAGE)
    return paper.raw(b"\n" + stream_of(4, GREEN), 4).table().done()


@case
def entry_at_a_blank_with_an_orphan():
    """The same, and an orphan for whoever rebuilds."""
    paper = Paper().object(1, CATALOG).object(2, PAGES).object(3, PAGE)
    paper.raw(b"\n" + stream_of(4, GREEN), 4)
    return paper.stream(4, RED, listed=False).table().done()


@case
def entry_a_few_bytes_late():
    """The entry of 4 points into `14 0 obj`."""
    paper = Paper().object(1, CATALOG).object(2, PAGES).object(3, PAGE).stream(4, GREEN, listed=False)
    return paper.raw(b"1" + stream_of(4, RED), 4, skip=1).table().done()


@case
def entry_a_few_bytes_early():
    """The entry of 4 points at the last bytes of the object before."""
    paper = Paper().object(1, CATALOG).object(2, PAGES).object(3, PAGE).stream(5, RED)
    paper.row(4, ("n", len(paper.bytes) - 7, 0))
    return paper.raw(stream_of(4, GREEN)).table().done()


@case
def entry_at_another_object():
    """The entry of 4 points at object 5."""
    paper = Paper.page().stream(5, RED)
    return paper.row(4, paper.rows[5]).table().done()


# --- duplicate keys ---------------------------------------------------------------------------


@case
def key_twice():
    """The page has two /Contents."""
    return page_with("/Contents 5 0 R").stream(5, RED).table().done()


@case
def key_twice_with_an_escape():
    """The page has /Contents and /Con#74ents."""
    return page_with("/Con#74ents 5 0 R").stream(5, RED).table().done()


@case
def key_once_with_an_escape():
    """The page has only /Con#74ents, and so it has contents."""
    return Paper.page(page=PAGE.replace("/Contents", "/Con#74ents")).table().done()


@case
def key_twice_in_the_trailer():
    """The trailer names two catalogs."""
    paper = Paper.page().object(5, CATALOG.replace("2 0 R", "6 0 R"))
    paper.object(6, PAGES.replace("3 0 R", "7 0 R")).object(7, other_page(8, 6)).stream(8, RED)
    return paper.table("/Root 5 0 R").done()


@case
def key_twice_in_an_xref_stream():
    """The dictionary of the cross-reference stream names two catalogs."""
    paper = Paper.page().object(5, CATALOG.replace("2 0 R", "6 0 R"))
    paper.object(6, PAGES.replace("3 0 R", "7 0 R")).object(7, other_page(8, 6)).stream(8, RED)
    return paper.xref_stream("/Root 5 0 R").done()


@case
def key_twice_in_resources():
    """Two forms have one name."""
    page = PAGE.replace("<<>>", "<</XObject<</X 5 0 R/X 6 0 R>>>>")
    return Paper.page(page=page, content=b"/X Do").stream(5, GREEN, FORM).stream(6, RED, FORM).table().done()


@case
def key_twice_in_an_object_stream():
    """The page lies in an object stream and has two /Contents."""
    page = PAGE.replace("/Contents", "/Contents 5 0 R/Contents")
    paper = Paper().packed(9, [(1, CATALOG), (2, PAGES), (3, page)]).stream(4, GREEN).stream(5, RED)
    return paper.xref_stream().done()


# --- streams ----------------------------------------------------------------------------------


@case
def length_too_short():
    """/Length ends before the red square."""
    content = GREEN + b"\n" + RED
    return Paper.page(content=None).stream(4, content, length=len(GREEN)).table().done()


@case
def length_too_long():
    """/Length reaches into the next object, which draws."""
    paper = Paper.page(content=None).raw(f"4 0 obj\n<</Length {len(GREEN) + 60}>>\nstream\n{GREEN.decode()}\nendstream\nendobj\n", 4)
    return paper.raw(b"5 0 obj\n(\n" + RED + b"\n)\nendobj\n", 5).table().done()


@case
def length_of_another_revision():
    """/Length is an object that a later revision makes shorter."""
    content = GREEN + b" " * 6 + RED
    paper = Paper.page(content=None).stream(4, content, length="5 0 R").object(5, len(content)).table()
    return paper.object(5, len(GREEN)).table().done()


@case
def length_missing():
    """The stream has no /Length."""
    body = b"4 0 obj\n<<>>\nstream\n" + GREEN + b"\nendstream\nendobj\n"
    return Paper.page(content=None).raw(body, 4).table().done()


@case
def endstream_within():
    """The data hold `endstream endobj` before the red square, and /Length says so."""
    content = GREEN + b"\nendstream\nendobj\n" + RED
    return Paper.page(content=content).table().done()


@case
def filter_unknown():
    """A filter that nobody knows: the data are drawn undecoded, or not at all."""
    return Paper.page(content=None).stream(4, GREEN, "/Filter/Foo").table().done()


@case
def filter_unknown_in_a_list():
    """The same in an array."""
    return Paper.page(content=None).stream(4, GREEN, "/Filter[/Foo]").table().done()


@case
def filter_abbreviated():
    """Filters of inline images, used for a stream."""
    return Paper.page(content=None).stream(4, zlib.compress(GREEN), "/Filter/Fl").table().done()


@case
def filter_in_two_keys():
    """/F and /Filter side by side."""
    return Paper.page(content=None).stream(4, zlib.compress(GREEN), "/F/Foo/Filter/FlateDecode").table().done()


@case
def filter_by_reference():
    """The filter is an object of its own."""
    paper = Paper.page(content=None).stream(4, zlib.compress(GREEN), "/Filter 5 0 R")
    return paper.object(5, "/FlateDecode").table().done()


@case
def filter_array_with_one_dictionary():
    """One filter in an array, its parameters not: a predictor that some readers miss."""
    return Paper.page(content=None).stream(4, *predicted("/Filter[/FlateDecode]/DecodeParms<<{}>>")).table().done()


@case
def filter_with_an_array_of_parameters():
    """One filter, its parameters in an array: a predictor that some readers miss."""
    return Paper.page(content=None).stream(4, *predicted("/Filter/FlateDecode/DecodeParms[<<{}>>]")).table().done()


@case
def filter_crypt():
    """The filter /Crypt in a file that is not encrypted."""
    return Paper.page(content=None).stream(4, GREEN, "/Filter/Crypt").table().done()


@case
def data_cut_off():
    """The packed data end before their checksum and the red square."""
    data = zlib.compress(GREEN + b"\n" + bytes(range(33, 37)) * 30 + b"\n" + RED, 0)
    return Paper.page(content=None).stream(4, data[: len(GREEN) + 30], "/Filter/FlateDecode").table().done()


@case
def contents_split_in_a_token():
    """Two streams meet in the middle of a number."""
    page = PAGE.replace("4 0 R", "[4 0 R 5 0 R]")
    return Paper.page(page=page, content=b"0 1 0 rg 20 20 6").stream(5, b"0 60 re f").table().done()


@case
def content_without_an_end():
    """Operators after an unknown one."""
    return Paper.page(content=b"BT /F1 12 Tf (x) Tj ET foo 1 2 3 bar " + GREEN).table().done()


# --- object streams and tables ----------------------------------------------------------------


@case
def table_and_object_stream_collide():
    """A hybrid: the table says that the content is plain, the stream says it is packed elsewhere."""
    paper = Paper.page().table().stream(6, RED)
    paper.row(4, ("n", paper.rows[6][1], 0))
    at = paper.complement(7)
    plain = bytes(paper.bytes).index(b"4 0 obj")
    return paper.row(4, ("n", plain, 0)).table(f"/XRefStm {at}").done()


@case
def hybrid_with_other_pages():
    """A hybrid whose stream adds the page's content, which the table calls free."""
    paper = Paper.page(page=PAGE.replace("4 0 R", "[4 0 R 7 0 R]")).free(7).table()
    paper.stream(7, RED)
    at = paper.complement(8)
    return paper.free(7).table(f"/XRefStm {at}").done()


@case
def packed_and_plain():
    """A later revision packs what was plain; the older plain object is the last in no order."""
    paper = Paper.page().xref_stream()
    return paper.packed(9, [(3, other_page(8))]).stream(8, BLUE).xref_stream().done()


@case
def plain_and_packed():
    """A later revision writes plainly what was packed."""
    paper = Paper().packed(9, [(1, CATALOG), (2, PAGES), (3, other_page(8))]).stream(4, GREEN).stream(8, RED).xref_stream()
    return paper.object(3, PAGE).xref_stream().done()


@case
def member_of_another_number():
    """The entry of the content points at a member that says it is object 8; the content lies in the file."""
    paper = Paper().packed(9, [(1, CATALOG), (2, PAGES), (3, PAGE), (8, "null")]).stream(4, GREEN, listed=False)
    return paper.row(4, ("c", 9, 3)).xref_stream().done()


@case
def member_at_another_index():
    """Two entries have their indices swapped."""
    paper = Paper().packed(9, [(1, CATALOG), (2, PAGES), (3, PAGE), (5, other_page(6))]).stream(4, GREEN).stream(6, RED)
    return paper.row(3, ("c", 9, 3)).row(5, ("c", 9, 2)).xref_stream().done()


@case
def member_twice():
    """An object stream holds the page twice."""
    paper = Paper().packed(9, [(1, CATALOG), (2, PAGES), (3, other_page(6)), (3, PAGE)]).stream(4, GREEN).stream(6, RED)
    return paper.row(3, ("c", 9, 3)).xref_stream().done()


@case
def member_that_is_a_stream():
    """The content is a stream within an object stream, which must not be."""
    stream = f"<</Length {len(RED)}>>stream\n{RED.decode()}\nendstream"
    return Paper().packed(9, [(1, CATALOG), (2, PAGES), (3, PAGE), (4, stream)]).xref_stream().done()


@case
def object_stream_replaced():
    """A later revision replaces the object stream, and does not name its members again."""
    paper = Paper().packed(9, [(1, CATALOG), (2, PAGES), (3, PAGE)]).stream(4, GREEN).stream(6, RED).xref_stream()
    return paper.packed(9, [(1, CATALOG), (2, PAGES), (3, other_page(6))], rows=False).xref_stream().done()


@case
def object_stream_with_unlisted_members():
    """A second object stream holds another page 3, which no entry names."""
    paper = Paper().packed(9, [(1, CATALOG), (2, PAGES), (3, PAGE)]).stream(4, GREEN).stream(6, RED)
    paper.packed(10, [(3, other_page(6))], rows=False)
    return paper.xref_stream("/Info 20 0 R").done()


@case
def object_stream_extends():
    """An object stream extends another that holds another page."""
    paper = Paper().packed(10, [(3, other_page(6))], rows=False)
    paper.packed(9, [(1, CATALOG), (2, PAGES), (3, PAGE)], keys="/Type/ObjStm/Extends 10 0 R")
    return paper.stream(4, GREEN).stream(6, RED).xref_stream().done()


# --- sections ---------------------------------------------------------------------------------


@case
def previous_section_behind():
    """The newest section stands in front of the one before it, as in linearized files."""
    paper = Paper.page().table(prev="##########")
    newest, paper.last = paper.last, None
    paper.stream(4, RED)
    older = len(paper.bytes)
    return paper.table(start=newest).done().replace(b"##########", b"%010d" % older)


@case
def previous_section_as_a_real():
    """/Prev is written with a point: some readers stop there."""
    paper = Paper.page().table()
    first = paper.last
    paper.last = None
    return paper.stream(5, RED).table(f"/Prev {first}.0").done()


@case
def previous_section_by_reference():
    """/Prev is a reference."""
    paper = Paper.page().table()
    first = paper.last
    paper.last = None
    return paper.object(5, first).table("/Prev 5 0 R").done()


@case
def number_above_size():
    """The content's number is not below /Size, so it counts as missing."""
    page = PAGE.replace("4 0 R", "7 0 R")
    return Paper.page(page=page).stream(7, RED).table(size=5).done()


@case
def one_number_twice():
    """One section names the content twice."""
    paper = Paper.page().stream(5, RED)
    at = len(paper.bytes)
    rows = sorted(paper.rows.items())
    text = "xref\n" + "".join(f"{n} 1\n{place:010} {g:05} {kind} \n" for n, (kind, place, g) in rows)
    text += f"4 1\n{paper.rows[5][1]:010} 00000 n \n"
    return paper.raw(text + f"trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n{at}\n%%EOF\n").done()


@case
def first_number_off_by_one():
    """The table starts at 1, as if its first line were not object 0."""
    return Paper.page().table(first=1).done()


@case
def lines_of_nineteen_bytes():
    """Lines of the table end in one byte."""
    return one_subsection(b"\n")


@case
def lines_of_twentyone_bytes():
    """Lines of the table end in three bytes."""
    return one_subsection(b" \r\n")


@case
def lines_of_nineteen_bytes_with_an_orphan():
    """The same, and an orphan for whoever rebuilds."""
    return one_subsection(b"\n", orphan=True)


@case
def startxref_elsewhere():
    """startxref points nowhere; an orphan waits for whoever rebuilds."""
    return Paper.page().stream(4, RED, listed=False).table(start=7).done()


@case
def startxref_behind_the_end():
    """A second startxref stands in a comment behind the end."""
    paper = Paper.page().table()
    old = paper.last
    paper.stream(4, RED).table()
    return paper.raw(f"% startxref\n% {old}\n").done()


@case
def startxref_with_two_numbers():
    """startxref is followed by two numbers."""
    paper = Paper.page().table()
    old = paper.last
    paper.stream(4, RED)
    at = len(paper.bytes)
    paper.table()
    text = bytes(paper.bytes)
    return text.replace(f"startxref\n{at}\n".encode(), f"startxref\n{at}\n{old}\n".encode())


@case
def header_twice():
    """A second header stands in front of the first object."""
    return Paper.page(header=b"%PDF-1.4\n%PDF-1.7\n").table().done()


@case
def header_later():
    """Offsets count from the header, which does not stand at the first byte."""
    return b"x" * 20 + b"\n" + Paper.page().table().done()


@case
def no_end_mark():
    """Nothing follows the number behind startxref."""
    return Paper.page().table().done().removesuffix(b"%%EOF\n")


@case
def two_catalogs():
    """A second catalog, of other pages, lies in the file; the trailer names the first."""
    paper = Paper.page().object(5, CATALOG.replace("2 0 R", "6 0 R"))
    paper.object(6, PAGES.replace("3 0 R", "7 0 R")).object(7, other_page(8, 6)).stream(8, RED)
    return paper.table().done()


@case
def catalog_changes():
    """A later revision names another catalog."""
    paper = Paper.page().table().object(5, CATALOG.replace("2 0 R", "6 0 R"))
    paper.object(6, PAGES.replace("3 0 R", "7 0 R")).object(7, other_page(8, 6)).stream(8, BLUE)
    return paper.table(root="/Root 5 0 R").done()


@case
def linearized_truthfully():
    """A linearized file as it should be."""
    return linearized()


@case
def linearized_for_a_hidden_page():
    """The linearization dictionary says that a page outside of the tree stands in front."""
    return linearized(first=10)


@case
def linearized_for_fewer_pages():
    """The linearization dictionary counts one page of two."""
    return linearized(pages=1)


@case
def linearized_with_another_table():
    """The linearization dictionary says that the main table starts one line later."""
    return linearized(main=20)


@case
def linearized_with_a_table_in_a_string():
    """The main table, says the linearization dictionary, is a string, which names another page 2."""
    return linearized(string=True)


@case
def linearized_with_a_decoy():
    """The section behind the linearization dictionary is not the one that startxref names."""
    return linearized(decoy=True)


@case
def linearized_and_extended():
    """A true linearization, but a later revision puts another page in front."""
    content = linearized()
    paper = Paper(header=content)
    paper.rows, paper.size, paper.last = {}, 12, content.index(b"xref")
    return paper.object(5, "<</Type/Pages/Kids[10 0 R 3 0 R 1 0 R]/Count 3>>").table(root="/Root 6 0 R").done()


# --- the page tree ----------------------------------------------------------------------------


@case
def count_too_small():
    """/Count hides the second page."""
    pages = "<</Type/Pages/Kids[3 0 R 5 0 R]/Count 1>>"
    return Paper.page(pages=pages).object(5, other_page(6)).stream(6, RED).table().done()


@case
def count_too_large():
    """/Count promises a second page."""
    return Paper.page(pages=PAGES.replace("Count 1", "Count 2")).table().done()


@case
def count_of_an_inner_node():
    """An inner node counts no page, so that page numbers shift."""
    pages = "<</Type/Pages/Kids[5 0 R 6 0 R]/Count 2>>"
    paper = Paper.page(pages=pages, page=PAGE.replace("2 0 R", "5 0 R"))
    paper.object(5, "<</Type/Pages/Parent 2 0 R/Kids[3 0 R]/Count 0>>")
    return paper.object(6, other_page(7)).stream(7, BLUE).table().done()


@case
def page_of_another_type():
    """The page says that it is /Template."""
    return Paper.page(page=PAGE.replace("/Type/Page", "/Type/Template")).table().done()


@case
def page_without_a_type():
    """The page has no /Type."""
    return Paper.page(page=PAGE.replace("/Type/Page", "")).table().done()


@case
def page_with_kids():
    """A page that is a node as well."""
    page = PAGE.replace("/Contents", "/Kids[5 0 R]/Count 1/Contents")
    return Paper.page(page=page).object(5, other_page(6, 3)).stream(6, RED).table().done()


@case
def node_of_another_type():
    """An inner node says that it is a page."""
    pages = "<</Type/Pages/Kids[5 0 R]/Count 1>>"
    paper = Paper.page(pages=pages, page=PAGE.replace("2 0 R", "5 0 R"))
    return paper.object(5, "<</Type/Page/Parent 2 0 R/Kids[3 0 R]/Count 1/MediaBox[0 0 100 100]>>").table().done()


@case
def page_in_place():
    """A page is written in place in /Kids."""
    pages = f"<</Type/Pages/Kids[3 0 R {other_page(6)}]/Count 2>>"
    return Paper.page(pages=pages).stream(6, RED).table().done()


@case
def page_twice():
    """One page is listed twice."""
    return Paper.page(pages="<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>").table().done()


@case
def parents_in_a_circle():
    """Two nodes are parents of one another; the page inherits."""
    pages = "<</Type/Pages/Parent 5 0 R/Kids[3 0 R]/Count 1/MediaBox[0 0 100 100]>>"
    page = PAGE.replace("/MediaBox[0 0 100 100]", "")
    return Paper.page(pages=pages, page=page).object(5, "<</Type/Pages/Parent 2 0 R/Kids[2 0 R]/Count 1>>").table().done()


@case
def parent_elsewhere():
    """The page's parent is a node that does not list it, with other resources."""
    page = "<</Type/Page/Parent 5 0 R/MediaBox[0 0 100 100]/Contents 4 0 R>>"
    pages = "<</Type/Pages/Kids[3 0 R]/Count 1/Resources<</XObject<</X 6 0 R>>>>>>"
    paper = Paper.page(pages=pages, page=page, content=b"/X Do")
    paper.object(5, "<</Type/Pages/Kids[3 0 R]/Count 1/Resources<</XObject<</X 7 0 R>>>>>>")
    return paper.stream(6, GREEN, FORM).stream(7, RED, FORM).table().done()


@case
def parent_elsewhere_but_nothing_to_inherit():
    """The page's parent is a node that does not list it; the page has all it needs."""
    page = PAGE.replace("/Parent 2 0 R", "/Parent 5 0 R")
    return Paper.page(page=page).object(5, "<</Type/Pages/Kids[]/Count 0>>").table().done()


@case
def no_media_box():
    """No page size anywhere: readers take Letter, A4 or nothing."""
    content = b"0 1 0 rg 20 20 560 750 re f 1 0 0 rg 0 795 600 50 re f"
    return Paper.page(page=PAGE.replace("/MediaBox[0 0 100 100]", ""), content=content).table().done()


@case
def crop_box_outside():
    """The crop box lies outside of the medium."""
    return page_with("/CropBox[200 200 300 300]").table().done()


@case
def rotation_as_a_real():
    """/Rotate has a point: some readers do not turn the page."""
    page = PAGE.replace("100 100", "100 60").replace("/Contents", "/Rotate 90.0/Contents")
    return Paper.page(page=page).table().done()


@case
def rotation_odd():
    """The page is turned by 45 degrees."""
    return page_with("/Rotate 45").table().done()


@case
def escaped_type():
    """/Type is written with escapes throughout."""
    paper = Paper.page(catalog=CATALOG.replace("/Catalog", "/C#61talog"), page=PAGE.replace("/Type/Page", "/Type/P#61ge"))
    return paper.table().done()


@case
def page_by_two_references():
    """An object that is a reference to the page."""
    return Paper.page(pages=PAGES.replace("3 0 R", "5 0 R")).object(5, "3 0 R").table().done()


# --- what is drawn, or not --------------------------------------------------------------------

FORM = "/Type/XObject/Subtype/Form/BBox[0 0 100 100]/Resources<<>>"


@case
def layer_off():
    """The red square belongs to a layer that is off."""
    return layered("/D<</OFF[5 0 R]>>")


@case
def layer_for_print():
    """The red square belongs to a layer that is only printed."""
    usage = "/Usage<</Print<</PrintState/ON>>/View<</ViewState/OFF>>>>"
    return layered("/D<</AS[<</Event/View/Category[/View]/OCGs[5 0 R]>>]>>", usage)


@case
def layer_that_the_catalog_does_not_list():
    """The layer is off by the base state, and listed nowhere."""
    return layered("/D<</BaseState/OFF>>", groups="")


@case
def layer_without_properties():
    """A layer in a file whose catalog knows of none."""
    return layered(None)


@case
def layer_by_an_expression():
    """The red square is shown when a layer is not, by an expression that few readers know."""
    return layered("/D<<>>", membership="<</Type/OCMD/VE[/Not 5 0 R]>>")


@case
def layer_off_and_not_listed():
    """The layer is off, but the list of layers is empty."""
    return layered("/D<</OFF[5 0 R]>>", groups="")


@case
def form_without_resources():
    """A form without resources of its own draws with a name of the page."""
    page = PAGE.replace("<<>>", "<</XObject<</X 5 0 R/Y 6 0 R>>>>")
    bare = FORM.replace("/Resources<<>>", "")
    return Paper.page(page=page, content=b"/X Do").stream(5, b"/Y Do", bare).stream(6, RED, FORM).table().done()


@case
def contents_that_are_no_stream():
    """Between two contents stands a dictionary with a length."""
    page = PAGE.replace("4 0 R", "[4 0 R 5 0 R 6 0 R]")
    return Paper.page(page=page).object(5, "<</Length 3>>").stream(6, b"1 0 0 rg 30 30 9 9 re f").table().done()


@case
def annotation_without_appearance():
    """A red square as an annotation without appearance: some readers draw one."""
    square = "<</Type/Annot/Subtype/Square/Rect[20 20 80 80]/C[1 0 0]/IC[1 0 0]>>"
    return page_with("/Annots[5 0 R]").object(5, square).table().done()


@case
def annotation_with_states():
    """An appearance with states, and no state chosen."""
    states = "<</Type/Annot/Subtype/Stamp/Rect[0 0 100 100]/F 4/AP<</N<</On 6 0 R/Off 7 0 R>>>>>>"
    return page_with("/Annots[5 0 R]").object(5, states).stream(6, RED, FORM).stream(7, BLUE, FORM).table().done()


@case
def annotation_hidden():
    """A red stamp that is hidden."""
    return page_with("/Annots[5 0 R]").object(5, stamp(6, 2)).stream(6, RED, FORM).table().done()


@case
def annotation_not_viewed():
    """A red stamp that is printed, but not shown."""
    return page_with("/Annots[5 0 R]").object(5, stamp(6, 36)).stream(6, RED, FORM).table().done()


@case
def annotation_not_printed():
    """A red stamp that is shown, but not printed."""
    return page_with("/Annots[5 0 R]").object(5, stamp(6, 0)).stream(6, RED, FORM).table().done()


@case
def annotation_of_an_unknown_kind():
    """An unknown kind of annotation with the flag `invisible`."""
    unknown = stamp(6, 1).replace("/Stamp", "/Foo")
    return page_with("/Annots[5 0 R]").object(5, unknown).stream(6, RED, FORM).table().done()


@case
def popup_with_an_appearance():
    """A popup, which readers show or not, with an appearance that covers the page."""
    return page_with("/Annots[5 0 R]").object(5, stamp(6).replace("/Stamp", "/Popup")).stream(6, RED, FORM).table().done()


@case
def field_without_appearance():
    """A text field with a value, and no appearance."""
    field = "<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(x)/Rect[20 20 80 80]/F 4/DA(/Helv 12 Tf 1 0 0 rg)/MK<</BG[1 0 0]>>>>"
    form = "/AcroForm<</Fields[5 0 R]/DA(/Helv 12 Tf)>>"
    return page_with("/Annots[5 0 R]", catalog=CATALOG.replace("/Pages", form + "/Pages")).object(5, field).table().done()


@case
def field_to_be_drawn_again():
    """A field whose appearance is to be made anew (/NeedAppearances)."""
    field = "<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(x)/Rect[20 20 80 80]/F 4/AP<</N 6 0 R>>>>"
    form = "/AcroForm<</Fields[5 0 R]/NeedAppearances true/DA(/Helv 12 Tf)>>"
    paper = page_with("/Annots[5 0 R]", catalog=CATALOG.replace("/Pages", form + "/Pages"))
    return paper.object(5, field).stream(6, RED, FORM).table().done()


@case
def field_in_a_circle():
    """A field is its own child."""
    field = "<</FT/Tx/T(a)/Kids[5 0 R 6 0 R]>>"
    widget = "<</Type/Annot/Subtype/Widget/Parent 5 0 R/Rect[0 0 0 0]>>"
    catalog = CATALOG.replace("/Pages", "/AcroForm<</Fields[5 0 R]>>/Pages")
    return page_with("/Annots[6 0 R]", catalog=catalog).object(5, field).object(6, widget).table().done()


@case
def fields_that_are_no_list():
    """/Fields is a name."""
    return Paper.page(catalog=CATALOG.replace("/Pages", "/AcroForm<</Fields/x>>/Pages")).table().done()


@case
def script_on_open():
    """A script that runs when the document opens."""
    return Paper.page(catalog=CATALOG.replace("/Pages", "/OpenAction<</S/JavaScript/JS(x)>>/Pages")).table().done()


# --- helpers ----------------------------------------------------------------------------------


def stamp(form, flags=4):
    return f"<</Type/Annot/Subtype/Stamp/Rect[0 0 100 100]/F {flags}/AP<</N {form} 0 R>>>>"


def stream_of(number, data):
    return f"{number} 0 obj\n<</Length {len(data)}>>\nstream\n".encode() + data + b"\nendstream\nendobj\n"


def predicted(keys):
    """Content in rows of ten bytes, each with the filter byte of PNG, and keys that say so."""
    content = GREEN.ljust(-(-len(GREEN) // 10) * 10)
    rows = b"".join(b"\0" + content[at : at + 10] for at in range(0, len(content), 10))
    return zlib.compress(rows), keys.format("/Predictor 15/Columns 10")


def layered(properties, group_keys="", groups="5 0 R", membership=None):
    catalog = CATALOG
    if properties is not None:
        catalog = CATALOG.replace("/Pages", f"/OCProperties<</OCGs[{groups}]{properties}>>/Pages")
    resources = f"<</Properties<</L {'6 0 R' if membership else '5 0 R'}>>>>"
    content = GREEN + b" /OC /L BDC 1 0 0 rg 30 30 30 30 re f EMC"
    paper = Paper.page(catalog=catalog, page=PAGE.replace("<<>>", resources), content=content)
    paper.object(5, f"<</Type/OCG/Name(layer){group_keys}>>")
    return paper.object(6, membership or "null").table().done()


def one_subsection(eol, orphan=False):
    paper = Paper.page()
    if orphan:
        paper.stream(4, RED, listed=False)
    at = len(paper.bytes)
    rows = [paper.rows[number] for number in range(5)]
    lines = b"".join(b"%010d %05d %s" % (place, generation, kind.encode()) + eol for kind, place, generation in rows)
    tail = b"trailer\n<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % at
    return paper.raw(b"xref\n0 5\n" + lines + tail).done()


def linearized(first=3, pages=2, main=0, string=False, decoy=False):
    """Two pages, 3 and 1, and the hints that readers find pages by; page 10 is in no tree.

    The hint table counts the objects of each page (ISO 32000-1, F.4.1): those of the second page start
    with object 1. What is not known yet is a mark of ten bytes. `main` moves /T off its place, `string` to
    a string with lines of a table; with `decoy` startxref at the end names a section of its own, in which page
    10 stands in front.
    """
    paper = Paper()
    dictionary = f"<</Linearized 1/L @L@@@@@@@@/H[@H@@@@@@@@ @S@@@@@@@@]/O {first}/E @E@@@@@@@@/N {pages}/T @T@@@@@@@@>>"
    paper.object(8, dictionary)
    section = len(paper.bytes)
    trailer = "trailer\n<</Size 12/Root 6 0 R/Prev @P@@@@@@@@>>\nstartxref\n0\n%%EOF\n"
    paper.raw("xref\n3 9\n" + "@" * 180 + trailer)
    widths = (4, 4, 2, 4, 2, 4, 2, 4, 2, 2, 2, 2, 2)
    header = b"".join(value.to_bytes(width, "big") for value, width in zip((2,) + (0,) * 12, widths, strict=True))
    hints = len(paper.bytes)
    shared = bytes(8) + (1).to_bytes(4, "big") * 2 + bytes(48)
    paper.stream(9, header + shared, "/S 36")
    marks = {"H": hints, "S": len(paper.bytes) - hints}
    paper.object(6, CATALOG.replace("2 0 R", "5 0 R")).object(5, "<</Type/Pages/Kids[3 0 R 1 0 R]/Count 2>>")
    paper.object(3, other_page(4, 5)).stream(4, GREEN).free(7)
    line = "{1:010} {2:05} {0} \n".format
    if string:
        other = len(paper.bytes)
        paper.orphan(1, other_page(11, 5))
        marks["T"] = len(paper.bytes) + len("7 0 obj\n(")
        paper.object(7, f"({line('f', 0, 65535)}{line('n', other, 0)}{line('n', 0, 0)})")
    paper.object(10, other_page(11, 5)).stream(11, RED)
    marks["E"] = len(paper.bytes)
    paper.object(1, other_page(2, 5)).stream(2, BLUE)
    marks["P"] = len(paper.bytes)
    rows = {number: line(*row) for number, row in paper.rows.items()}
    paper.raw("xref\n0 3\n" + rows[0] + rows[1] + rows[2])
    marks.setdefault("T", marks["P"] + 9 + main)
    paper.raw(f"trailer\n<</Size 3>>\nstartxref\n{section}\n%%EOF\n")
    content = bytes(paper.bytes).replace(b"@" * 180, "".join(rows[number] for number in range(3, 12)).encode())
    if decoy:
        paper = Paper(header=content)
        paper.rows, paper.size, paper.last = {}, 12, section
        content = paper.object(5, "<</Type/Pages/Kids[10 0 R 3 0 R]/Count 2>>").table(root="/Root 6 0 R").done()
    marks["L"] = len(content)
    for name, value in marks.items():
        content = content.replace(f"@{name}@@@@@@@@".encode(), b"%010d" % value)
    return content
