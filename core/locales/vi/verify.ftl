# Kết quả kiểm tra chữ ký. Khóa là `verify-<lý do>`.

verify-sound = Mọi phần mềm đọc đều hiển thị cùng một văn bản.
verify-not-sound = Bộ đọc nghiêm ngặt từ chối tệp này nên không thể bảo đảm nội dung hiển thị. Hãy xin lại bản gốc từ nơi gửi hoặc kiểm tra bằng công cụ khác.
verify-unsigned-changes = Có nội dung được thêm sau chữ ký cuối cùng mà không ai ký. Hãy so với bản đã ký hoặc xin tệp không có phần thêm.
verify-no-signature = Văn bản này chưa có ai ký.

verify-intact = Nội dung đúng là nội dung đã được ký.
verify-document-changed = Văn bản đã bị thay đổi sau khi ký. Không sử dụng; hãy xin lại bản gốc.
verify-signature-wrong = Chữ ký không được tạo bằng khóa của chứng thư số. Không sử dụng văn bản này.
verify-certificate-not-bound = Chữ ký không nêu chứng thư số đã dùng, hoặc nêu chứng thư số khác.
verify-certificate-missing = Trong tệp không có chứng thư số của người ký.
verify-signature-unreadable = Không đọc được chữ ký.
verify-algorithm-unsupported = Chữ ký dùng thuật toán mà chương trình này không tính được. Hãy kiểm tra bằng công cụ khác.
verify-algorithm-weak = Chữ ký dùng SHA-1, MD5 hoặc khóa RSA dưới 2048 bit, có thể bị giả mạo. Hãy đề nghị người ký ký lại bằng thuật toán mới hơn.
verify-timestamp-mismatch = Dấu thời gian thuộc về nội dung khác, không phải chữ ký hay văn bản này.
verify-format-unsupported = Chữ ký có dạng mà chương trình này không kiểm tra. Hãy kiểm tra bằng công cụ khác.

verify-valid-when-signed = Chứng thư số có hiệu lực tại thời điểm ký.
verify-not-yet-valid = Chứng thư số chưa có hiệu lực tại thời điểm ký.
verify-expired = Chứng thư số đã hết hạn tại thời điểm ký.
verify-signed-in-the-future = Thời điểm ký nằm ở tương lai: có đồng hồ sai. Hãy kiểm tra giờ của máy này.

verify-key-for-this = Khóa trong chứng thư số được cấp cho mục đích này.
verify-key-for-other = Khóa trong chứng thư số không được cấp cho mục đích này: không được coi là chữ ký.

verify-trusted = Chứng thư số dẫn tới tổ chức chứng thực mà bạn tin cậy.
verify-no-trusted-issuer = Chứng thư số không dẫn tới tổ chức chứng thực mà bạn tin cậy. Nếu tin cậy, hãy chỉ ra chứng thư số gốc bằng --trust.
verify-chain-broken = Chứng thư số không được cấp đúng quyền của tổ chức chứng thực.
verify-chain-unsupported = Chuỗi chứng thư số có thành phần mà chương trình này không xử lý. Hãy kiểm tra bằng công cụ khác.

verify-not-revoked = Không có chứng thư số nào trong chuỗi bị thu hồi.
verify-revoked = Chứng thư số đã bị thu hồi trước khi văn bản được ký.
verify-revoked-later = Chứng thư số bị thu hồi sau đó; dấu thời gian hoặc nhật ký chứng minh chữ ký có từ trước.
verify-revoked-after-claimed-time = Chứng thư số đã bị thu hồi, và chỉ chính chữ ký nói rằng nó có trước. Chữ ký không được công nhận nếu không có dấu thời gian hoặc bằng chứng từ nhật ký.
verify-no-revocation-list = Chưa có thông tin về việc thu hồi chứng thư số. Hãy tải danh sách thu hồi của tổ chức chứng thực và chỉ ra bằng --crl, hoặc trả lời OCSP bằng --ocsp.
verify-revocation-list-outdated = Danh sách thu hồi hoặc trả lời OCSP đang có không bao gồm thời điểm ký. Hãy tải bản khác.
verify-revocation-list-unusable = Danh sách thu hồi hoặc trả lời OCSP đang có không dùng được. Hãy tải lại.
verify-chain-unknown = Không có chuỗi chứng thư số nên không thể kiểm tra việc thu hồi.
verify-signer-unknown = Không có chứng thư số của người ký nên không thể kiểm tra mục này.

verify-shown-changed = Nội dung hiển thị đã bị thay đổi sau chữ ký này. Hãy so với bản đã ký; không sử dụng phần thay đổi.
verify-permission-broken = Sau chữ ký này có thay đổi mà người ký không cho phép. Hãy hỏi người ký hoặc xin lại bản gốc.
verify-change-unclear = Sau chữ ký này có thay đổi mà chương trình không kết luận được. Hãy so với bản đã ký bằng công cụ khác.

verify-change-page-content = Nội dung hoặc hình thức của trang đã bị thay đổi.
verify-change-pages = Có trang được thêm, bớt hoặc đổi chỗ.
verify-change-catalog = Cấu trúc gốc của văn bản đã bị thay đổi.
verify-change-annotation = Có chú thích được thêm, sửa hoặc xóa trên trang.
verify-change-covers-content = Phần thêm sau che mất nội dung đã ký.
verify-change-field-appearance = Một trường hiển thị khác với khi ký.
verify-change-optional-content = Các lớp nội dung bật tắt được đã bị thay đổi.
verify-change-actions = Những gì văn bản tự làm khi mở hoặc bấm đã bị thay đổi.
verify-change-xfa = Biểu mẫu XFA đã bị thay đổi; một số phần mềm hiển thị nó thay cho trang.
verify-change-signature = Một chữ ký đã bị gỡ bỏ hoặc thay thế.
verify-change-field = Có trường biểu mẫu được thêm, bớt hoặc dựng lại.
verify-change-locked-field = Một trường đã bị người ký khóa lại bị thay đổi.
verify-change-forbidden = Có thay đổi thuộc loại mà người ký đã cấm.
verify-change-unknown = Có thay đổi mà chương trình này không hiểu.
verify-change-unreadable = Không đọc hoặc không vẽ được văn bản như lúc ký để so sánh.
verify-change-too-much = Văn bản quá lớn để so sánh hết các lần thay đổi.

verify-recorded = Nhật ký đã ghi nhận quyết định này.
verify-refused = Nhật ký ghi rằng quyết định này bị từ chối tiếp nhận: nó không có giá trị.
verify-rejected = Nhật ký đã ghi nhận rằng văn bản này bị từ chối hoặc trả lại.
verify-evidence-swapped = Bằng chứng thuộc về văn bản khác hoặc chữ ký khác.
verify-evidence-foreign = Bằng chứng đến từ nhật ký khác với nhật ký có khóa đã nêu.
verify-evidence-broken = Bằng chứng không dẫn từ quyết định tới nhật ký: nó đã bị sửa.
verify-decision-mismatch = Quyết định được ghi nhận nói về văn bản, chứng thư số hoặc thời điểm khác với chữ ký này.
verify-document-signature-not-shown = Bằng chứng không cho thấy chữ ký trên văn bản đã được ghi nhận.
verify-document-signature-missing = Nhật ký ghi nhận rằng không có chữ ký nào được tạo theo quyết định này.
verify-document-signature-broken = Bằng chứng về chữ ký trên văn bản không khớp với nhật ký hoặc là của chữ ký khác.
verify-decider-untrusted = Không xác định được chứng thư số của người quyết định là đáng tin cậy.
verify-decided-by = Người quyết định trên điện thoại, theo chứng thư: { $name }
verify-second-leaf-signed = Chữ ký trên văn bản được ghi ở mục { $index } lúc { $time }
verify-second-leaf-expired = Hết hạn mà không có chữ ký trên văn bản: mục { $index } lúc { $time }
verify-second-leaf-withdrawn = Không còn chờ chữ ký trên văn bản: mục { $index } lúc { $time }
verify-authority-not-shown = Quyết định được ký thay người khác nhưng không có văn bản ủy quyền kèm theo.
verify-authority-untrusted = Quyết định được ký thay người khác, nhưng chứng thư số của người ủy quyền không được tin cậy vào lúc đó.
verify-authority-broken = Quyết định được ký thay người khác, nhưng văn bản ủy quyền kèm theo không chứng minh được chính nó.
verify-authority-exceeded = Quyết định được ký thay người khác đã vượt quá phạm vi ủy quyền.
verify-in-place = { $form } { $of } ({ $name }), người ký: { $by }; ủy quyền từ { $starts } đến { $ends }
verify-not-shown = Chưa thể hiện việc ghi nhận quyết định: không có bằng chứng kèm theo.

verify-verdict-valid = HỢP LỆ
verify-verdict-not-valid = KHÔNG HỢP LỆ
verify-verdict-undetermined = KHÔNG XÁC ĐỊNH ĐƯỢC
