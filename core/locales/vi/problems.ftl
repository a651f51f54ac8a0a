# Vì sao máy chủ từ chối: tiêu đề và một câu nói rõ cần làm gì. Khóa là
# `problem-<slug>-title` và `problem-<slug>-detail`; $code là chi tiết cho máy.

problem-bad-request-title = Không đọc được yêu cầu
problem-bad-request-detail = Hãy đối chiếu với mô tả API rồi gửi lại. { $code ->
    [none] { "" }
   *[other] ({ $code })
}
problem-unauthenticated-title = Chưa xác thực
problem-unauthenticated-detail = Thông tin xác thực thiếu, sai hoặc không còn hiệu lực. Hệ thống văn bản: kiểm tra khóa API. Quản trị: tạo mã truy cập khác trên trang quản trị. Điện thoại: đăng ký lại thiết bị.
problem-clock-skew-title = Đồng hồ sai giờ
problem-clock-skew-detail = Đồng hồ thiết bị lệch giờ máy chủ quá năm phút. Hãy bật tự động đặt giờ rồi thử lại.
problem-replayed-title = Thông điệp này đã được gửi trước đó
problem-replayed-detail = Mỗi thông điệp đã ký chỉ được nhận một lần. Hãy đồng bộ rồi gửi lại với chữ ký mới.
problem-device-suspended-title = Thiết bị đang bị tạm khóa
problem-device-suspended-detail = Tạm thời không thể ký bằng thiết bị này. Hãy liên hệ cán bộ quản lý thiết bị.
problem-device-revoked-title = Thiết bị đã bị thu hồi
problem-device-revoked-detail = Thiết bị này không dùng được nữa. Hãy xin lời mời mới và đăng ký lại.
problem-device-pending-title = Thiết bị đang chờ duyệt
problem-device-pending-detail = Hãy đọc mã đối chiếu cho cán bộ quản lý thiết bị, sau đó thử lại.
problem-forbidden-title = Không được phép
problem-forbidden-detail = Thông tin xác thực này không có quyền với đơn vị hoặc thao tác đó. Hãy dùng thông tin có quyền.
problem-not-found-title = Không tìm thấy
problem-not-found-detail = Không có nội dung nào dành cho bạn ở đây. Hãy kiểm tra địa chỉ.
problem-method-not-allowed-title = Sai phương thức
problem-method-not-allowed-detail = Địa chỉ này nhận phương thức khác; tiêu đề Allow liệt kê các phương thức đó.
problem-overtaken-title = Đã có quyết định
problem-overtaken-detail = Người khác đã quyết định trước, hoặc bước này không chờ bạn. Hãy đồng bộ để xem tình trạng.
problem-stale-revision-title = Văn bản có chữ ký mới
problem-stale-revision-detail = Đã có người ký trong lúc bạn xem. Hãy đồng bộ, xem lại văn bản và ký bản mới.
problem-awaits-document-signature-title = Văn bản đang chờ chữ ký số của người khác
problem-awaits-document-signature-detail = Có người đã duyệt trên điện thoại và còn phải ký văn bản bằng chứng thư số trên thiết bị khác. Khi chữ ký đã có hoặc hết hạn chờ (nhiều nhất 24 giờ), hãy đồng bộ, xem lại văn bản rồi duyệt. Nếu từ chối hoặc trả lại thì không phải chờ.
problem-request-ended-title = Yêu cầu ký đã kết thúc
problem-request-ended-detail = Yêu cầu đã hoàn thành, bị từ chối, trả lại, thu hồi hoặc hết hạn. Hãy đồng bộ để xem tình trạng.
problem-enrollment-ended-title = Lượt đăng ký đã kết thúc
problem-enrollment-ended-detail = Hãy bắt đầu lại từ lời mời; nếu lời mời đã dùng hết, hãy xin lời mời mới.
problem-invitation-spent-title = Lời mời không còn dùng được
problem-invitation-spent-detail = Lời mời đã dùng, hết hạn hoặc nhập sai mã quá nhiều lần. Hãy xin lời mời mới.
problem-too-large-title = Quá lớn
problem-too-large-detail = { $code ->
    [none] Nội dung gửi vượt giới hạn.
   *[other] Giới hạn là { $code } byte.
} Hãy làm nhỏ lại: tách văn bản hoặc nén hình ảnh.
problem-unsupported-media-type-title = Cần định dạng khác
problem-unsupported-media-type-detail = Hãy gửi JSON dạng application/json, hồ sơ trình ký dạng multipart/form-data và văn bản dạng application/pdf.
problem-range-not-satisfiable-title = Văn bản ngắn hơn
problem-range-not-satisfiable-detail = Đoạn được hỏi nằm sau cuối văn bản. Hãy tải lại từ đầu.
problem-idempotency-conflict-title = Khóa này đã dùng cho hồ sơ khác
problem-idempotency-conflict-detail = Mỗi văn bản cần một Idempotency-Key mới; chỉ dùng lại khóa cũ khi gửi lại đúng hồ sơ đó.
problem-secret-grade-title = Không nhận văn bản mật
problem-secret-grade-detail = Văn bản độ Mật, Tối mật, Tuyệt mật không được xử lý ở đây. Không có nội dung nào được lưu lại. Hãy theo quy trình văn bản mật.
problem-unsignable-pdf-title = Không thể ký tệp PDF này một cách an toàn
problem-unsignable-pdf-detail = Hãy lưu lại thành PDF thường rồi trình lại.
problem-no-clean-copy-title = Không tạo được bản sạch của tệp PDF này
problem-no-clean-copy-detail = Hãy xin người gửi một tệp đúng chuẩn, hoặc in tệp ra PDF.
problem-wrong-digest-title = Tệp không phải tệp đã khai báo
problem-wrong-digest-detail = SHA-256 của tệp khác với giá trị trong hồ sơ. Hãy kiểm tra đã đính kèm đúng tệp rồi gửi lại.
problem-invalid-request-title = Chưa thể đưa hồ sơ vào hàng chờ ký
problem-invalid-request-detail = Hãy sửa phần mô tả rồi gửi lại. { $code ->
    [none] { "" }
   *[other] ({ $code })
}
stamp-anchor-not-found = Văn bản không có dòng chữ mà dấu ký cần đặt cạnh. Hãy ghi đúng như trong văn bản, kể cả chữ hoa, trọn từ và nằm trên một dòng; nếu không nêu trang, văn bản dài chỉ được tìm trong 500 trang cuối. Bản quét không có chữ: hãy nêu trực tiếp vị trí dấu ký.
stamp-anchor-several = Dòng chữ mà dấu ký cần đặt cạnh có nhiều lần trong văn bản. Hãy nêu trang hoặc ghi dòng chữ dài hơn, hoặc chọn chỗ cuối cùng.
stamp-anchor-no-room = Phía đó của dòng chữ không đủ chỗ cho dấu ký trên trang. Hãy chọn phía khác hoặc dấu ký nhỏ hơn.
stamp-anchor-unreadable = Không đọc được một trang cần tìm dòng chữ để đặt dấu ký. Hãy nêu trang có dòng chữ, hoặc nêu trực tiếp vị trí dấu ký.
template-no-post-held-by-nobody = Một chức vụ mà mẫu quy trình nêu tên hiện không có ai giữ. Hãy giao chức vụ đó cho một người, sửa mẫu để nêu đích danh người ký, hoặc nộp hồ sơ với các bước ghi trực tiếp; trang của mẫu cho biết đó là bước nào.
template-no-post-held-by-several = Một chức vụ mà mẫu quy trình nêu tên hiện có nhiều người giữ. Hãy sửa mẫu để nêu đích danh người ký, hoặc nộp hồ sơ với các bước ghi trực tiếp; trang của mẫu cho biết đó là bước nào.
template-no-template-moved = Mẫu quy trình, hoặc người giữ chức vụ mà mẫu nêu tên, đã thay đổi từ lúc xem. Hãy xem lại mẫu rồi thực hiện lại.
problem-decision-mismatch-title = Quyết định không khớp với yêu cầu ký
problem-decision-mismatch-detail = Nội dung đã ký không phải nội dung cơ quan đã trình nên không được ghi nhận. Hãy đồng bộ và mở lại văn bản; nếu còn lặp lại, hãy báo quản trị viên.
problem-decision-expired-title = Quyết định đến quá sớm hoặc quá muộn
problem-decision-expired-detail = Thời gian ký nằm ngoài giới hạn. Hãy kiểm tra đồng hồ thiết bị, mở lại văn bản và quyết định lại.
problem-certificate-not-valid-title = Chứng thư số không có hiệu lực
problem-certificate-not-valid-detail = Chứng thư số đã hết hạn hoặc bị thu hồi. Hãy liên hệ cán bộ quản lý thiết bị để được cấp mới.
problem-assurance-too-low-title = Khóa trên thiết bị chưa được bảo vệ đủ mức
problem-assurance-too-low-detail = Đơn vị này chỉ nhận khóa nằm trong phần cứng bảo mật. Hãy dùng điện thoại có phần cứng đó, hoặc hỏi quản trị viên về chính sách của đơn vị.
problem-no-delegation-title = Không ủy quyền được
problem-no-delegation-detail = { $code ->
    [not-head] Chỉ người đứng đầu đơn vị ủy quyền được cho người khác. Nếu bạn đứng đầu đơn vị, hãy báo quản trị viên kiểm tra chức vụ của bạn.
    [not-your-post] Bạn không còn giữ chức vụ ghi trong ủy quyền. Hãy báo quản trị viên nếu chức vụ trên máy này không đúng.
    [not-their-post] Người được ủy quyền không còn giữ chức vụ này. Hãy chọn lại người.
    [form] Thể thức ký không hợp với chức vụ: KT. dành cho cấp phó cùng đơn vị, TL. và TUQ. dành cho người trong đơn vị hoặc đơn vị trực thuộc, và không ủy quyền cho văn thư. Hãy chọn lại thể thức hoặc người.
    [time] Giờ của máy lệch giờ máy chủ quá năm phút. Hãy bật tự động đặt giờ rồi ký lại.
    [over] Thời hạn của ủy quyền đã qua. Hãy ghi ngày khác.
    [too-many] Bạn có quá nhiều ủy quyền chưa hết hạn. Hãy chấm dứt những ủy quyền không còn cần.
   *[other] Nội dung hoặc chữ ký của ủy quyền không khớp. Hãy ký lại; nếu còn lặp lại, hãy báo quản trị viên.
}
problem-token-not-confirmed-title = Chưa đối chiếu được số sê-ri của token
problem-token-not-confirmed-detail = Thiết bị này giữ khóa duyệt trong token PKCS#11. Hãy xem tận mắt token và nhập số sê-ri in trên đó hoặc do phần mềm của hãng hiển thị. Thiết bị không dùng token thì bỏ trống.
problem-wrong-code-title = Mã không khớp với mã trên điện thoại
problem-wrong-code-detail = Hãy để người dùng đọc lại tám chữ số. Số lần còn lại: { $code }.
problem-too-many-requests-title = Quá nhiều yêu cầu
problem-too-many-requests-detail = Hãy đợi một phút rồi thử lại.
problem-internal-title = Lỗi của hệ thống
problem-internal-detail = Bạn không làm gì sai. Hãy thử lại; nếu còn lặp lại, hãy báo quản trị viên mã trong tiêu đề X-Request-Id.
problem-unavailable-title = Tạm thời chưa phục vụ được
problem-unavailable-detail = Không có gì bị mất. Hãy thử lại sau vài giây.
problem-storage-full-title = Máy chủ đã đầy ổ đĩa
problem-storage-full-detail = Chưa có gì thay đổi. Hãy báo quản trị viên giải phóng dung lượng rồi thử lại.
problem-log-recovery-title = Máy chủ đang được khôi phục
problem-log-recovery-detail = Điện thoại đã thấy nhiều bản ghi hơn máy chủ đang có, nên máy chủ chưa nhận quyết định cho đến khi khôi phục xong. Quyết định của bạn vẫn được giữ trên điện thoại.
