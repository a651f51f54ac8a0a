# Vì sao một tệp PDF không thể ký, và cách khắc phục. Khóa là `pdf-refusal-<slug>`.

pdf-refusal-not-pdf = Tệp không phải PDF, hoặc có dữ liệu thừa ở đầu. Hãy xuất văn bản ra PDF, hoặc tạo bản sạch (trien clean-copy), rồi trình bản đó.
pdf-refusal-too-large = Tệp lớn hơn 50 MiB. Hãy nén hình ảnh hoặc tách văn bản.
pdf-refusal-bad-end = Tệp bị cắt cụt, hoặc có dữ liệu thừa ở cuối. Hãy tải hoặc xuất lại tệp, hoặc tạo bản sạch (trien clean-copy) và so với bản gốc.
pdf-refusal-bad-xref = Bảng tham chiếu của tệp bị hỏng; phần mềm khác sẽ phải đoán để sửa. Hãy tạo bản sạch (trien clean-copy), so với bản gốc rồi trình bản đó.
pdf-refusal-xref-loop = Các bảng tham chiếu của tệp trỏ vòng lẫn nhau. Hãy tạo bản sạch (trien clean-copy), so với bản gốc rồi trình bản đó.
pdf-refusal-hybrid-xref = Tệp có hai bảng tham chiếu mâu thuẫn nhau nên mỗi phần mềm có thể hiển thị khác. Hãy tạo bản sạch (trien clean-copy), so với bản gốc rồi trình bản đó.
pdf-refusal-too-many-sections = Tệp đã bị sửa quá nhiều lần. Hãy tạo bản sạch (trien clean-copy), so với bản gốc rồi trình bản đó.
pdf-refusal-too-many-entries = Tệp có quá nhiều đối tượng. Hãy in ra PDF, hoặc tách văn bản.
pdf-refusal-object-number = Tệp dùng số đối tượng mà nhiều phần mềm không đọc được. Hãy tạo bản sạch (trien clean-copy), so với bản gốc rồi trình bản đó.
pdf-refusal-encrypted = Tệp được bảo vệ bằng mật khẩu hoặc chứng thư số. Nếu tệp mở được không cần mật khẩu, hãy tạo bản sạch (trien clean-copy) rồi trình bản đó; nếu không, hãy lưu lại không bảo vệ.
pdf-refusal-bad-entry = Bảng tham chiếu của tệp trỏ sai chỗ. Hãy tạo bản sạch (trien clean-copy), so với bản gốc rồi trình bản đó.
pdf-refusal-renumbered-object = Tệp tham chiếu đến một phần bằng số phiên bản mà phần đó không có, nên mỗi phần mềm hiểu một khác. Hãy tạo bản sạch (trien clean-copy), so với bản gốc rồi trình bản đó.
pdf-refusal-hidden-object = Một lần sửa sau làm lộ nội dung đã giấu sẵn trong tệp mà người ký trước không thấy. Hãy xin bản gốc, hoặc in lại ra PDF.
pdf-refusal-overlap = Các phần của tệp chồng lên nhau nên mỗi phần mềm có thể hiển thị khác. Hãy tạo bản sạch (trien clean-copy), so với bản gốc rồi trình bản đó.
pdf-refusal-bad-object = Một phần của tệp sai cú pháp. Hãy tạo bản sạch (trien clean-copy), so với bản gốc rồi trình bản đó.
pdf-refusal-bad-stream = Một phần của tệp không đúng độ dài đã ghi. Hãy tạo bản sạch (trien clean-copy), so với bản gốc rồi trình bản đó.
pdf-refusal-bad-filter = Một phần của tệp không giải nén được. Hãy xuất lại tệp, hoặc in ra PDF.
pdf-refusal-duplicate-key = Một phần của tệp ghi hai lần cùng một mục, các phần mềm hiểu khác nhau. Hãy tạo bản sạch (trien clean-copy), so với bản gốc rồi trình bản đó.
pdf-refusal-too-deep = Cấu trúc tệp lồng quá sâu. Hãy in lại ra PDF.
pdf-refusal-too-much-inflated = Tệp giải nén ra lớn hơn quá nhiều so với kích thước. Hãy in lại ra PDF.
pdf-refusal-bad-catalog = Tệp không có mục gốc hợp lệ. Hãy xuất lại tệp, hoặc in ra PDF.
pdf-refusal-bad-page-tree = Danh sách trang của tệp bị hỏng. Hãy tạo bản sạch (trien clean-copy), so với bản gốc rồi trình bản đó.
pdf-refusal-bad-page = Có trang sai kích thước hoặc góc xoay. Hãy in lại ra PDF.
pdf-refusal-drawn-otherwise = Phần mềm đọc hiển thị các trang khác với nội dung tệp ghi. Hãy in lại ra PDF.
pdf-refusal-no-page = Tệp không có trang nào. Hãy kiểm tra đã chọn đúng tệp.
pdf-refusal-too-many-pages = Tệp có hơn 5.000 trang. Hãy tách văn bản.
pdf-refusal-bad-form = Biểu mẫu trong tệp bị hỏng. Hãy in ra PDF để làm phẳng biểu mẫu.
pdf-refusal-bad-signature = Một chữ ký có sẵn trong tệp không bao phủ đúng nội dung. Hãy đề nghị người ký ký lại.
pdf-refusal-too-many-signatures = Tệp có hơn 64 chữ ký. Hãy dùng bản trước khi ký.
pdf-refusal-changes-forbidden = Một chữ ký có sẵn cấm mọi thay đổi nên không ai ký thêm được. Hãy xin người ký bản cho phép ký thêm.
pdf-refusal-fields-locked = Một chữ ký có sẵn khóa mọi trường nên không ai ký thêm được. Hãy xin người ký bản không khóa.
pdf-refusal-active-content = Tệp chứa mã lệnh hoặc chương trình nên sau này có thể hiển thị khác. Hãy tạo bản sạch không có chúng (trien clean-copy --without-active-content), hoặc in ra PDF.
pdf-refusal-timed-out = Kiểm tra tệp mất quá nhiều thời gian. Hãy in lại ra PDF, hoặc tách văn bản.
pdf-refusal-exhausted = Kiểm tra tệp cần nhiều bộ nhớ hoặc thời gian hơn mức cho phép. Hãy in lại ra PDF, hoặc tách văn bản.

# Những điều người ký cần biết. Khóa là `pdf-finding-<slug>`.

pdf-finding-signed-before = Số chữ ký đã có trên văn bản: { $count }.
pdf-finding-changed-after-signature = Có nội dung được thêm vào sau chữ ký cuối cùng.
pdf-finding-optional-content = Có phần của trang có thể bật hoặc tắt, nên nơi khác có thể hiển thị khác.
pdf-finding-field-without-appearance = Có ô biểu mẫu chưa vẽ sẵn nội dung; phần mềm khác có thể hiển thị khác.
pdf-finding-embedded-files = Trong văn bản có tệp đính kèm.
pdf-finding-xfa = Cạnh các trang còn có biểu mẫu XFA.
pdf-finding-content-changed-after-signature = Nội dung mà người trước đã ký bị thay đổi sau chữ ký đó. Hãy so các trang trước và sau chữ ký.
pdf-finding-clean-copy = Tệp tự ghi là bản sạch của một tệp không ký được; không ai xác nhận điều đó, hãy so với bản gốc.
pdf-finding-readers-may-differ = Tệp được viết theo cách mà phần mềm khác có thể hiển thị khác với những gì bạn thấy ở đây.
pdf-finding-annotation-may-differ = Có chú thích có thể hiển thị khác, hoặc không hiện, ở phần mềm khác.
pdf-finding-font-not-embedded = Có phông chữ không nhúng trong tệp; phần mềm khác có thể hiển thị chữ khác.

# Vì sao không hiển thị được trang. Khóa là `pdf-render-<slug>`.

pdf-render-unreadable = Không vẽ được văn bản này. Hãy in lại ra PDF rồi trình lại.
pdf-render-no-such-page = Văn bản không có trang này.
pdf-render-size = Kích thước trang cần vẽ quá lớn. Hãy thu nhỏ.
pdf-render-region = Vùng cần vẽ nằm ngoài trang hoặc quá lớn. Hãy thu nhỏ.
pdf-render-too-many-operations = Trang có quá nhiều nét vẽ nên không hiển thị được. Hãy in lại ra PDF dạng ảnh.
pdf-render-pictures-too-large = Hình ảnh trên trang quá lớn nên không hiển thị được. Hãy quét lại với độ phân giải tối đa 600 dpi.
pdf-render-unpacks-to-too-much = Trang giải nén ra quá lớn nên không hiển thị được. Hãy in lại ra PDF.
pdf-render-too-much-area = Trang vẽ chồng quá nhiều lớp nên không hiển thị được. Hãy in lại ra PDF.
pdf-render-too-much-memory = Phóng to như vậy cần quá nhiều bộ nhớ. Hãy thu nhỏ.
pdf-render-ambiguous = Một phần của trang thiếu thành phần nên mỗi phần mềm hiển thị khác nhau. Hãy in lại ra PDF rồi trình lại.
pdf-render-failed = Không vẽ được trang này. Hãy in lại ra PDF rồi trình lại.
