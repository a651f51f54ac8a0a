# Thay điện thoại: lời mời ghi rõ máy cũ; máy cũ dùng được đến khi máy mới được duyệt.

replace-replacement = Thay điện thoại
replace-replace = Thay bằng điện thoại khác
replace-lead = Lời mời này ghi rõ điện thoại được thay. Điện thoại cũ dùng được đến khi điện thoại mới được duyệt và hoạt động; ngay lúc đó điện thoại cũ và chứng thư của nó kết thúc. Dùng cả khi chính điện thoại này phải tạo lại khóa, chẳng hạn sau khi thêm vân tay.
replace-do = Mời đăng ký điện thoại thay
replace-will = Được duyệt thì sẽ thay cho
replace-did = Thay cho
replace-by = Được thay bằng
replace-asked = Điện thoại này báo khóa ký không còn dùng được và xin thay, lúc
replace-settle-do = Không cần thay
replace-asking = Điện thoại xin thay vì mất khóa ký
replace-news-settled = Đã ghi: không cần thay điện thoại này.
