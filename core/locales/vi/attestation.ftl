# Vì sao chứng thực khóa của điện thoại (Android Key Attestation) không được chấp nhận, và cần làm gì.
# Khóa là `attestation-<slug>`.

attestation-chain-length = Chuỗi chứng thực của khóa thiếu hoặc thừa chứng thư. Hãy cập nhật ứng dụng rồi đăng ký lại.
attestation-certificate-unreadable = Một chứng thư trong chuỗi chứng thực của khóa không đọc được. Hãy cập nhật ứng dụng rồi đăng ký lại.
attestation-not-linked = Các chứng thư trong chuỗi chứng thực của khóa không nối tiếp nhau. Hãy cập nhật ứng dụng rồi đăng ký lại.
attestation-wrong-signature = Một chứng thư trong chuỗi chứng thực của khóa có chữ ký sai. Đừng duyệt thiết bị này; hãy dùng điện thoại khác và báo quản trị viên.
attestation-weak-signature = Một chứng thư trong chuỗi chứng thực của khóa được ký bằng thuật toán yếu hoặc lạ. Hãy dùng điện thoại đời mới hơn.
attestation-unknown-root = Chuỗi chứng thực của khóa không dẫn đến gốc tin cậy nào của cơ quan. Hãy dùng điện thoại có chứng nhận của Google; nếu đã dùng, quản trị viên cần kiểm tra tệp gốc.
attestation-not-valid-now = Một chứng thư trong chuỗi chứng thực của khóa chưa hoặc không còn hiệu lực. Hãy kết nối mạng để điện thoại lấy chứng thư mới rồi đăng ký lại; điện thoại quá cũ thì phải thay.
attestation-not-an-authority = Một chứng thư trong chuỗi chứng thực của khóa không có quyền cấp chứng thư khác. Đừng duyệt thiết bị này; hãy dùng điện thoại khác và báo quản trị viên.
attestation-critical-extension = Một chứng thư trong chuỗi chứng thực của khóa có giới hạn chưa biết. Quản trị viên cần cập nhật máy chủ.
attestation-revoked = Nhà sản xuất đã thu hồi chứng thư bảo vệ khóa của dòng máy này. Hãy dùng điện thoại khác.
attestation-suspended = Chứng thư bảo vệ khóa của dòng máy này đang bị đình chỉ. Hãy dùng điện thoại khác.
attestation-no-description = Chuỗi chứng thực không mô tả khóa. Hãy cập nhật ứng dụng, hoặc dùng điện thoại có phần cứng bảo mật.
attestation-extended-chain = Chuỗi chứng thực đã bị nối thêm bằng khóa của một ứng dụng. Đừng duyệt thiết bị này; hãy báo quản trị viên.
attestation-description-unreadable = Mô tả của khóa không đọc được. Hãy cập nhật hệ điều hành và ứng dụng rồi đăng ký lại.
attestation-tag-order = Mô tả của khóa có thể hiểu theo nhiều cách. Hãy cập nhật hệ điều hành, hoặc dùng điện thoại khác.
attestation-wrong-challenge = Khóa được tạo cho một lần đăng ký khác. Hãy bắt đầu lại từ lời mời.
attestation-wrong-key = Chứng thực nói về một khóa khác với khóa đã gửi. Đừng duyệt thiết bị này; hãy bắt đầu lại từ lời mời.
attestation-not-hardware = Khóa không nằm trong phần cứng bảo mật. Hãy dùng điện thoại có phần cứng đó.
attestation-wrong-algorithm = Khóa không phải loại P-256. Hãy cập nhật ứng dụng rồi đăng ký lại.
attestation-wrong-purpose = Khóa dùng được cho việc khác ngoài ký. Hãy cập nhật ứng dụng rồi đăng ký lại.
attestation-wrong-digest = Khóa dùng được với hàm băm khác ngoài SHA-256. Hãy cập nhật ứng dụng rồi đăng ký lại.
attestation-not-generated = Khóa không được tạo trong phần cứng nên có thể có bản sao. Đừng duyệt thiết bị này; hãy bắt đầu lại từ lời mời.
attestation-no-person-asked = Khóa ký duyệt dùng được mà không hỏi người dùng. Hãy cập nhật ứng dụng rồi đăng ký lại.
attestation-not-biometric = Khóa ký duyệt mở được bằng cách khác ngoài vân tay hoặc khuôn mặt. Hãy cài đặt vân tay hoặc khuôn mặt, cập nhật ứng dụng rồi đăng ký lại.
attestation-wrong-timeout = Khóa ký duyệt mở trong thời gian khác với chính sách của đơn vị. Hãy bắt đầu lại từ lời mời.
attestation-open-on-body = Khóa ký duyệt vẫn mở khi mang máy theo người. Hãy cập nhật ứng dụng rồi đăng ký lại.
attestation-unlocked = Bộ nạp khởi động của điện thoại đã mở khóa. Hãy khóa lại, hoặc dùng điện thoại khác.
attestation-boot-not-verified = Điện thoại không chạy hệ điều hành gốc của nhà sản xuất. Hãy cài lại hệ điều hành gốc, hoặc dùng điện thoại khác.
attestation-patches-too-old = Bản vá bảo mật của điện thoại cũ hơn mức đơn vị yêu cầu. Hãy cập nhật hệ điều hành rồi đăng ký lại.
attestation-wrong-app = Khóa thuộc về một ứng dụng khác. Hãy cài ứng dụng do cơ quan chỉ định rồi đăng ký lại.
attestation-wrong-app-signer = Ứng dụng không do đơn vị phát hành đã biết ký. Hãy gỡ ra, cài bản do cơ quan chỉ định rồi đăng ký lại.
attestation-object-unreadable = Chứng thực của ứng dụng (App Attest) không đọc được. Hãy cập nhật iOS và ứng dụng rồi đăng ký lại.
attestation-development-app = Ứng dụng là bản dành cho người phát triển. Hãy cài bản do cơ quan chỉ định rồi đăng ký lại.
attestation-used-before = Khóa của ứng dụng đã dùng từ trước. Hãy gỡ ứng dụng, cài lại rồi đăng ký từ đầu.

# `trien attestation show`
attestation-show-serial = số hiệu
attestation-show-not-followed = Chưa kiểm tra chuỗi: hãy thêm --roots.
attestation-show-trusted = Chuỗi dẫn đến một gốc tin cậy.
attestation-show-software = Theo chuỗi này, khóa do phần mềm giữ: không có mức bảo đảm nào.
attestation-show-trusted-environment = Theo chuỗi này, khóa nằm trong môi trường tin cậy của bộ xử lý (mức B).
attestation-show-strongbox = Theo chuỗi này, khóa nằm trong chip bảo mật riêng, StrongBox (mức A).
attestation-show-by-hardware = Phần cứng bảo đảm:
attestation-show-by-system = Hệ điều hành bảo đảm:
