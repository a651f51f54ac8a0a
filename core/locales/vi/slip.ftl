# Phiếu đăng ký: giấy hoặc tin nhắn dùng trong một tháng, chỉ cho biết người cầm là ai.

slip-slip = Phiếu đăng ký điện thoại ký số
slip-slips = Phiếu đăng ký
slip-back = Quay lại
slip-none = Không có phiếu nào còn hiệu lực.
slip-print-lead = In trang này, cắt rời rồi phát cho từng người. Phiếu không đăng ký được gì nếu thiếu cán bộ đăng ký: bị mất hay bị chép lại cũng không mất an toàn.
slip-texts = Tải về dạng chữ để gửi bằng thư
slip-qr = Mã QR của phiếu
slip-how = Mở ứng dụng Trien trên điện thoại của mình, quét mã này, rồi gặp cán bộ đăng ký.
slip-good-until = Dùng được đến hết ngày
slip-harmless = Phiếu chỉ cho biết bạn là ai, không thay cho chữ ký.
slip-letter =
    Kính gửi { $name }, { $position }, { $unit },

    Đây là phiếu đăng ký điện thoại ký số của anh/chị. Trên điện thoại sẽ dùng để ký, hãy mở liên kết dưới đây bằng ứng dụng Trien, rồi gặp cán bộ đăng ký của đơn vị để làm tiếp. Phiếu chỉ cho biết anh/chị là ai và không đăng ký được gì nếu thiếu cán bộ đăng ký.

    { $link }

    Phiếu dùng được đến hết ngày { $until }.
slip-enroll = Đăng ký điện thoại
slip-enroll-none = Chưa có phiếu đăng ký nào.
slip-until = Phiếu dùng đến ngày
slip-session-of = Phiên gần nhất
slip-make = Làm phiếu
slip-remake = Làm phiếu mới thay phiếu này
slip-cancel = Hủy phiếu
slip-print = In hoặc gửi phiếu
slip-start-lead = Chỉ bấm khi người này đang ở trước mặt bạn, cầm điện thoại của mình.
slip-start = Người này đang ở trước mặt tôi: hiện mã ngắn
slip-start-qr = Hiện mã QR thay cho mã ngắn
slip-many = Phiếu đăng ký
slip-many-lead = Làm phiếu cho những người chưa có điện thoại và chưa có phiếu còn hiệu lực.
slip-many-do = Làm phiếu còn thiếu
slip-many-print = In hoặc gửi các phiếu
slip-counts = Phiếu trong đợt
slip-state-open = còn hiệu lực
slip-state-used = đã dùng
slip-state-expired = hết hạn
slip-state-cancelled = đã hủy
slip-state-replaced = đã có phiếu khác thay
slip-state-left = hết hiệu lực vì người này đã rời chức vụ
slip-session = Phiên đăng ký
slip-session-lead = Đọc tám chữ số này cho người đang ở trước mặt bạn; người đó gõ vào điện thoại đã quét phiếu. Sau đó điện thoại hiện một mã khác để bạn so và duyệt.
slip-code = Mã ngắn
slip-code-until = Mã dùng được đến
slip-code-tries = Nhập được nhiều nhất năm lần.
slip-code-once = Mã chỉ hiện một lần. Rời trang này thì phải bắt đầu phiên khác.
slip-session-next = Đến danh sách thiết bị để so mã và duyệt
slip-session-open = đang chờ nhập mã ngắn
slip-session-opened = điện thoại đã nhập đúng mã ngắn
slip-session-spent = đã nhập đủ năm lần; hãy bắt đầu phiên khác
slip-session-ended = đã được thay hoặc kết thúc
slip-session-tries = Đã nhập { $tries }/5 lần, hạn { $until }.
slip-news-made = Đã làm phiếu. Phiếu cũ, nếu có, không dùng được nữa.
slip-news-cancelled = Đã hủy phiếu.

# Vì sao phiếu hoặc lời mời không còn dùng được: điện thoại cho người cầm biết.
slip-ended-used = Đã có một điện thoại được đăng ký bằng phiếu hoặc lời mời này. Nếu không phải bạn làm việc đó, hãy báo ngay cho cán bộ đăng ký.
slip-ended-expired = Phiếu đã quá ba mươi ngày. Hãy xin cán bộ đăng ký một phiếu mới.
slip-ended-cancelled = Cán bộ đăng ký đã hủy phiếu này. Hãy hỏi cán bộ đăng ký của đơn vị.
slip-ended-replaced = Đã có phiếu mới thay phiếu này. Hãy dùng phiếu mới nhất.
slip-ended-left = Phiếu được làm cho một chức vụ mà bạn không còn giữ. Hãy xin phiếu mới ở đơn vị hiện nay.
slip-code-not-started = Cán bộ đăng ký chưa bắt đầu. Hãy gặp cán bộ và đề nghị bắt đầu phiên đăng ký.
slip-code-over = Mã ngắn đã hết hạn hoặc đã dùng. Hãy đề nghị cán bộ đăng ký bắt đầu phiên khác.
slip-code-too-often = Mã ngắn đã được nhập năm lần và không dùng được nữa. Hãy đề nghị cán bộ đăng ký bắt đầu phiên khác.
