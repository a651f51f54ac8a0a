# Vài trang mà máy chủ hiển thị trong trình duyệt.

web-title = Triện
web-lead = Duyệt và ký văn bản trên điện thoại.
web-running = Máy chủ đang chạy. Điện thoại và hệ thống văn bản kết nối tới đây; người dùng làm việc trên ứng dụng.
web-api = Mô tả API
web-demo = Đây là bản trình diễn. Tên, văn bản và khóa đều là giả định; điện thoại được mô phỏng. Chữ ký ở đây không có giá trị pháp lý.
web-requests = Yêu cầu ký
web-requests-none = Chưa có yêu cầu ký nào.
web-column-number = Số, ký hiệu
web-column-subject = Trích yếu
web-column-signers = Người ký
web-column-state = Tình trạng
web-column-queued = Trình lúc
web-state-open = chờ bước { $step }
web-state-completed = đã hoàn thành
web-state-rejected = bị từ chối
web-state-returned = bị trả lại
web-state-recalled = đã thu hồi
web-state-expired = đã hết hạn
web-invitation-title = Lời mời dùng Triện
web-invitation-what = Liên kết này dùng để đăng ký điện thoại của bạn, để ký văn bản cho cơ quan.
web-invitation-app = Mở trong ứng dụng Triện
web-invitation-open = Hãy mở trên điện thoại bằng ứng dụng Triện: chọn “Đăng ký” rồi quét mã QR, hoặc mở liên kết này trong ứng dụng.
web-invitation-private = Liên kết là bí mật và chỉ dùng một lần. Trang này không gửi liên kết đi đâu; chỉ chuyển cho ứng dụng khi bạn bấm mở.
web-request-title = Văn bản chờ bạn
web-request-what = Một văn bản của cơ quan này đang chờ bạn đọc và quyết định.
web-request-open = Hãy mở trên điện thoại đã đăng ký của bạn. Văn bản chỉ hiện trong ứng dụng Triện, với người được giao.
