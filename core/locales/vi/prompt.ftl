# Khóa ký hỏi vân tay, khuôn mặt hoặc mã PIN bao lâu một lần.

prompt-prompt = Hỏi người ký
prompt-lead = Khóa ký trong điện thoại của đơn vị này và các đơn vị trực thuộc hỏi vân tay hoặc khuôn mặt bao lâu một lần. Đơn vị cấp trên đã đặt thì đơn vị cấp dưới chỉ đặt được chặt hơn; không đơn vị nào đặt thì hỏi từng chữ ký, và mật mã điện thoại không thay được.
prompt-now = Hiện nay, cho điện thoại đăng ký mới
prompt-new = Đặt mới
prompt-per-use = Hỏi từng chữ ký
prompt-session = Hỏi một lần cho một phiên
prompt-session-of = Hỏi một lần cho { $seconds } giây, nhiều nhất { $signatures } chữ ký
prompt-seconds = Số giây của phiên
prompt-signatures = Số chữ ký nhiều nhất của phiên
prompt-passcode = mật mã điện thoại cũng được
prompt-passcode-too = Cho phép dùng mật mã điện thoại thay vân tay hoặc khuôn mặt
prompt-passcode-means = Ai biết mật mã điện thoại của người ký thì ký được. Chỉ cho phép khi máy không đọc được vân tay hoặc khuôn mặt của người ký.
prompt-plan = Đổi cách hỏi người ký
prompt-overruled = Đơn vị cấp trên đặt chặt hơn, nên mức của đơn vị này không có tác dụng hoàn toàn.
prompt-keeps = Cách hỏi được ghi vào khóa khi khóa được tạo: điện thoại đã đăng ký giữ nguyên cách hỏi cũ cho đến khi đăng ký lại.
prompt-do = Đổi cách hỏi
prompt-news = Đã đổi cách hỏi người ký. Điện thoại đã đăng ký giữ cách hỏi cũ.
prompt-not-stated = chưa ghi
prompt-elsewhere-hint = Thiết bị hoặc dịch vụ giữ khóa hỏi mã PIN bao lâu một lần; ghi theo tài liệu của nhà cung cấp.
prompt-unclear = Hãy chọn cách hỏi; với phiên, ghi số giây và số chữ ký, mỗi số ít nhất là 1.
