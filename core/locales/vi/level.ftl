# Cấp của đơn vị: trung ương, tỉnh, xã, hoặc tên khác mà cơ quan dùng.

level-levels = Cấp đơn vị
level-lead = Mỗi đơn vị có thể thuộc một cấp: chọn khi thêm đơn vị, và ghi trong bảng. Người quản trị đơn vị không trực thuộc đơn vị nào thì thêm cấp và đổi tên cấp. Đổi tên thì mã của cấp vẫn giữ nguyên.
level-code = Mã
level-name = Tên cấp
level-rename = Đổi tên
level-add = Thêm cấp
level-above = Ngay dưới cấp
level-highest = Không có: là cấp cao nhất
level-invalid = Chưa thay đổi gì. Tên cấp có 1 đến 100 ký tự và không trùng với cấp khác; lý do có nhiều nhất 500 ký tự.
level-news-added = Đã thêm cấp.
level-news-renamed = Đã đổi tên cấp.
