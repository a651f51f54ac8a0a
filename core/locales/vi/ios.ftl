# Lời mà iOS tự đọc từ ứng dụng, và lời của các phần mở rộng (ios/scripts/catalog.py).
ios-name = Triện
ios-camera = Để quét mã QR trong thư mời đăng ký thiết bị. Không ảnh nào được lưu.
ios-face = Để bạn xác nhận từng lần ký bằng khuôn mặt.
ios-network = Máy chủ ký của cơ quan có thể nằm trong mạng nội bộ.
ios-pdf = Văn bản PDF
ios-handed = Đã chuyển cho Triện. Hãy mở Triện để xem kết quả kiểm tra chữ ký.
ios-handed-failed = Không đọc được tệp PDF này.
ios-handed-close = Đóng
