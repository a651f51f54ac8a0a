# Văn bản còn gửi kèm bản giấy, trên trang quản trị.
on-paper-counts = Còn gửi bản giấy
on-paper-lead = Số văn bản đã ký xong mà vẫn gửi kèm bản giấy, theo đơn vị và lý do, tính theo ngày trình.
on-paper-from = Từ ngày
on-paper-to = Đến hết ngày
on-paper-none = Không có văn bản nào gửi kèm bản giấy trong những ngày này. Lý do được chọn khi trình văn bản.
on-paper-whole = Tất cả
on-paper-count = Số văn bản
on-paper-other = lý do khác
on-paper-more = Bảng này chưa kể hết các dòng; số ở trên đã tính đủ mọi văn bản.
on-paper-fault = Hãy chọn ngày đầu không sau ngày cuối.
