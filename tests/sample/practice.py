"""The sheet on which people practise reading and signing in the app: two pages, worth nothing."""

import io
import re
import unicodedata
from pathlib import Path

from reportlab.lib.colors import Color
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

WIDTH, HEIGHT = A4
LEFT, RIGHT = 30 * mm, WIDTH - 17 * mm



def signing_place():
    """Where the app signs, in points."""
    source = Path(__file__).resolve().parents[2] / "core/src/client/practice.rs"
    sides = re.search(r"const PLACE: Rect = Rect \{ left: (\S+), bottom: (\S+), right: (\S+), top: (\S+) \};", source.read_text())
    return tuple(int(side.replace("_", "")) / 100 for side in sides.groups())

BASE = ParagraphStyle("base", fontName="Tinos-Regular", fontSize=14, leading=19, alignment=TA_JUSTIFY, spaceAfter=8)
TITLE = ParagraphStyle("title", BASE, fontName="Tinos-Bold", fontSize=16, leading=22, alignment=TA_CENTER, spaceAfter=14)
PART = ParagraphStyle("part", BASE, fontName="Tinos-Bold", spaceAfter=4)

FIRST = [
    (TITLE, "PHIẾU TẬP ĐỌC VÀ KÝ TRÊN ĐIỆN THOẠI"),
    (BASE, "Phiếu này có sẵn trong ứng dụng để người dùng làm quen với việc đọc và ký văn bản trên điện thoại. Không cơ "
        "quan nào gửi phiếu này; không nội dung nào trong phiếu được gửi đi, lưu vào hộp ký hay ghi vào nhật ký."),
    (PART, "1. Đọc"),
    (BASE, "Vuốt lên, vuốt xuống để sang trang; chụm hai ngón tay hoặc chạm dấu cộng ở góc dưới để phóng to. Chữ rõ nét ở "
        "mọi cỡ, vì từng phần của trang được vẽ lại khi phóng to."),
    (PART, "2. Xem chỗ ký"),
    (BASE, "Chạm “Chữ ký ở trang 2” để đến chỗ ký. Trước khi ký, ứng dụng cho xem đúng trang sẽ được ký, với dấu hiệu chữ ký "
        "ở đúng vị trí."),
    (PART, "3. Kiểm tra dấu tiếng Việt"),
    (BASE, "à á ả ã ạ, ằ ắ ẳ ẵ ặ ă, ầ ấ ẩ ẫ ậ â, è é ẻ ẽ ẹ, ề ế ể ễ ệ ê, ì í ỉ ĩ ị, ò ó ỏ õ ọ, ồ ố ổ ỗ ộ ô, "
        "ờ ớ ở ỡ ợ ơ, ù ú ủ ũ ụ, ừ ứ ử ữ ự ư, ỳ ý ỷ ỹ ỵ, đ; "
        "À Á Ả Ã Ạ, Ằ Ắ Ẳ Ẵ Ặ Ă, Ầ Ấ Ẩ Ẫ Ậ Â, È É Ẻ Ẽ Ẹ, Ề Ế Ể Ễ Ệ Ê, Ì Í Ỉ Ĩ Ị, Ò Ó Ỏ Õ Ọ, Ồ Ố Ổ Ỗ Ộ Ô, "
        "Ờ Ớ Ở Ỡ Ợ Ơ, Ù Ú Ủ Ũ Ụ, Ừ Ứ Ử Ữ Ự Ư, Ỳ Ý Ỷ Ỹ Ỵ, Đ."),
    (BASE, "Nếu có chữ nào ở trên hiển thị sai, xin báo cho người quản trị trước khi ký văn bản thật."),
]

SECOND = [
    (PART, "4. Ký thử"),
    (BASE, "Chạm “Ký thử”. Điện thoại hỏi vân tay hoặc khuôn mặt đúng như khi ký văn bản thật. Khóa dùng để tập là một khóa riêng, "
        "không phải khóa ký của bạn và không được đăng ký ở đâu. Chữ ký vì thế không có giá trị, và được đóng dấu "
        "“BẢN TẬP / PRACTICE” ngay trên trang."),
    (PART, "5. Xem kết quả"),
    (BASE, "Sau khi ký, ứng dụng kiểm tra chữ ký như một người ngoài: nội dung còn nguyên vẹn, nhưng không ai bảo đảm người ký là "
        "ai, nên kết quả là “Không xác định”."),
]


def draw():
    """The document's bytes."""
    output = io.BytesIO()
    canvas = Canvas(output, pagesize=A4, pageCompression=0, invariant=1, pdfVersion=(1, 7), lang="vi-VN",
        initialFontName="Tinos-Regular")
    canvas.setTitle("Phiếu tập đọc và ký trên điện thoại")
    canvas.setSubject("Bản tập, không có giá trị")
    canvas.setAuthor("Triện")
    canvas.setCreator("Trien, tests/sample/make.py")
    page(canvas, 1, FIRST)
    page(canvas, 2, SECOND)
    room(canvas)
    canvas.showPage()
    canvas.save()
    return output.getvalue()


def page(canvas, number, paragraphs):
    if number > 1:
        canvas.showPage()
    canvas.setFillColor(Color(0.62, 0.1, 0.1))
    canvas.setFont("Tinos-Bold", 12)
    canvas.drawString(LEFT, HEIGHT - 15 * mm, nfc("BẢN TẬP - KHÔNG CÓ GIÁ TRỊ"))
    canvas.drawRightString(RIGHT, HEIGHT - 15 * mm, nfc(f"trang {number}/2"))
    canvas.setFillColor(Color(0, 0, 0))
    y = HEIGHT - 32 * mm
    for style, text in paragraphs:
        paragraph = Paragraph(nfc(text), style)
        _, height = paragraph.wrap(RIGHT - LEFT, HEIGHT)
        paragraph.drawOn(canvas, LEFT, y - height)
        y -= height + style.spaceAfter


def room(canvas):
    """Where the signature goes: under the title of whoever signs, within thin corners."""
    left, bottom, right, top = signing_place()
    canvas.setFont("Tinos-Bold", 13.5)
    canvas.drawCentredString((left + right) / 2, top + 12, nfc("NGƯỜI TẬP KÝ"))
    canvas.setLineWidth(0.5)
    canvas.setDash(3, 3)
    canvas.rect(left - 4, bottom - 4, right - left + 8, top - bottom + 8)


def nfc(text):
    return unicodedata.normalize("NFC", text)
