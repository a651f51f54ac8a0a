# Bản sạch. Khóa `clean-copy-no-<slug>` cho biết vì sao không có bản sạch; nếu không có thì dùng lý do từ chối ký.

clean-copy-made = { $file } là bản sạch của tệp có SHA-256 { $original } ({ $reason }). Hãy so với bản gốc trước khi trình ký.
clean-copy-removed = đã bỏ theo yêu cầu: { $removed }
clean-copy-missing = số tham chiếu của bản gốc không dẫn tới đâu: { $count }; hãy xem có thiếu nội dung nào không
clean-copy-no-not-needed = Tệp ký được như hiện có. Hãy trình tệp này, không cần bản sạch.
clean-copy-no-signed = Tệp có chữ ký số; bản sạch sẽ làm mất chữ ký đó. Hãy xin người ký một tệp đúng chuẩn, hoặc dùng bản trước khi ký.
clean-copy-no-password = Tệp chỉ mở được bằng mật khẩu. Hãy mở bằng mật khẩu đó, lưu lại không bảo vệ rồi trình lại.
clean-copy-no-encryption = Tệp được bảo vệ theo cách chỉ một số phần mềm hoặc chứng thư số mở được. Hãy xin người gửi một tệp không bảo vệ.
clean-copy-no-unreadable = Tệp hỏng quá nặng nên không thể đọc chắc chắn, bản sạch sẽ chỉ là phỏng đoán. Hãy xuất lại tệp, hoặc xin người gửi một tệp đúng chuẩn.
clean-copy-no-incomplete = Nội dung của một trang không có trong tệp. Hãy tải hoặc xuất lại tệp.
clean-copy-no-active-content = Tệp chứa mã lệnh hoặc chương trình. Hãy yêu cầu bản sạch bỏ các nội dung đó (--without-active-content; active-content=remove), hoặc in tệp ra PDF.
