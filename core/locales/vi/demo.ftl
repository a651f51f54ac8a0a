# Lệnh `trien demo` nói gì khi chạy: mỗi bước một khóa.

demo-title = Bản trình diễn Triện: một văn bản, từ lúc trình ký đến lúc kiểm tra
demo-step-server = Máy chủ chạy với SQLite trong { $folder }
demo-step-office = { $unit } có lãnh đạo { $leader } và công chức { $clerk }
demo-step-enrolled = Điện thoại mô phỏng của { $leader } đã đăng ký: người dùng đọc { $code }, cán bộ gõ lại
demo-step-queued = Hệ thống văn bản của công chức đã trình { $document }
demo-step-synced = Điện thoại nhận được tin và tải { $size } byte
demo-step-checked = Điện thoại tự kiểm tra tệp: đúng SHA-256, đã đọc mọi đối tượng; số trang: { $pages }, điều cần lưu ý: { $findings }
demo-step-shown = Điện thoại vẽ từng trang, và trang có dấu ký: { $folder }
demo-step-sheet = Phiếu ký mở ra: ký với tư cách { $position }, lúc { $time }
demo-step-signed = Điện thoại dựng phần ký, khóa ký một lần; máy chủ kiểm tra, nhúng và ghi nhận
demo-step-receipt = Điện thoại kiểm tra biên nhận: nhật ký có { $size } mục, quyết định là một trong số đó
demo-step-fetched = Hệ thống văn bản lấy văn bản đã ký và bằng chứng
demo-step-verified = Người ngoài kiểm tra cả hai, chỉ với các tệp này
demo-files = Các tệp đã ghi
demo-verify-again = Bạn tự kiểm tra
demo-open = Xem trong trình duyệt
demo-stop = Ctrl-C để dừng máy chủ và xóa thư mục của nó.
demo-simulated = Điện thoại được mô phỏng: khóa nằm trong tệp, và không cơ quan nào bên ngoài tin chứng thư này.
demo-total = Xong, công việc mất { $millis } ms.
