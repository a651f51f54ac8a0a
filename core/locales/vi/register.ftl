# Sổ thuê bao: số liệu theo kỳ, gia hạn, thời hạn chứng thư.

figures-by = Theo
figures-what = Tên
figures-whole = Tổng cộng
figures-units = Theo đơn vị
figures-unit-alone = Riêng đơn vị này, không gồm các đơn vị bên dưới
figures-unit-below = Đơn vị và các đơn vị bên dưới
figures-levels = Theo cấp đơn vị
figures-unit-level = Cấp đơn vị
figures-no-level = Chưa ghi cấp
figures-assurances = Theo mức bảo đảm
figures-outside-phones = Ngoài điện thoại
figures-step = Theo thời gian
figures-steps = Chia theo
figures-by-none = Không chia
figures-by-month = Tháng
figures-by-quarter = Quý
figures-by-year = Năm
figures-until = đến hết ngày
figures-export = Tải số liệu này
figures-begin = Đang dùng đầu kỳ
figures-issued = Đã cấp
figures-resumed = Dùng lại
figures-suspended = Tạm dừng
figures-renewed = Gia hạn
figures-revoked = Thu hồi
figures-expired = Hết hạn
figures-idle = Kết thúc khi không dùng
figures-end = Đang dùng cuối kỳ

renewal-renews = Gia hạn cho chứng thư
renewal-renewed-by = Được gia hạn bằng chứng thư
renewal-replaced-by = Được thay bằng chứng thư
renewal-waits = chưa cấp
renewal-serial = số sê-ri
renewal-title = Gia hạn
renewal-lead = Gia hạn chứng thư trong điện thoại là đăng ký lại trên máy này hoặc máy khác, với khóa mới. Chứng thư này dùng được đến khi chứng thư mới được duyệt; lúc đó sổ ghi chứng thư này đã gia hạn, và danh sách thu hồi ghi nó đã được thay. Thời hạn của chứng thư mới là thời hạn cho lần gia hạn.
renewal-do = Mời gia hạn
renewal-elsewhere = Chứng thư ngoài điện thoại do nơi cấp gia hạn. Khi có chứng thư mới, hãy ghi vào sổ và chọn chứng thư này ở mục “Thay cho”.
renewal-record = Ghi chứng thư mới

console-exceeds = dài hơn quy định
console-exceeds-lead = Thời hạn của chứng thư dài hơn mức tối đa (năm năm khi cấp lần đầu, ba năm khi gia hạn; Nghị định 68/2024/NĐ-CP, Điều 9). Sổ vẫn ghi như chứng thư có; hãy báo nơi cấp.
console-home-exceeding = Chứng thư có thời hạn dài hơn quy định
console-unfit-holder-not-clerk = Chứng thư cơ quan do văn thư giữ (R12). Người này không giữ chức vụ văn thư ở đơn vị: hãy ghi chức vụ văn thư cho họ trước (đổi chức vụ, hoặc cột quyền hạn trong bảng cán bộ), hoặc chọn người khác.
