# Lời mời không dùng phiếu: hủy, gửi lại, và vì sao không còn dùng được.

invitation-invitations = Lời mời gần đây
invitation-lead = Hủy hoặc gửi lại thì lời mời cũ hết hiệu lực ngay; điện thoại đang chờ duyệt theo lời mời đó cũng bị từ chối.
invitation-until = dùng đến
invitation-cancel = Hủy lời mời
invitation-resend = Gửi lại: lời mời khác thay lời mời này
invitation-state-open = còn hiệu lực
invitation-state-used = đã dùng
invitation-state-expired = hết hạn
invitation-state-spent = đã nhập sai quá nhiều lần hoặc chức vụ đã kết thúc
invitation-state-cancelled = đã hủy
invitation-state-replaced = đã có lời mời khác thay
invitation-news-cancelled = Đã hủy lời mời.

slip-ended-invitation-expired = Lời mời đã hết hạn. Hãy xin cán bộ đăng ký gửi lại lời mời.
slip-ended-invitation-spent = Lời mời đã được thử quá nhiều lần, hoặc bạn không còn giữ chức vụ mà lời mời được làm cho. Hãy xin cán bộ đăng ký lời mời mới.
slip-ended-invitation-cancelled = Cán bộ đăng ký đã hủy lời mời này. Hãy hỏi cán bộ đăng ký của đơn vị.
slip-ended-invitation-replaced = Đã có lời mời mới thay lời mời này. Hãy dùng lời mời mới nhất.
