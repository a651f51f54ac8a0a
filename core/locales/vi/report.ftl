# Lệnh `trien verify` trình bày báo cáo thế nào; các kết luận ở verify.ftl.

verify-signature = Chữ ký { $number }: { $signer }
verify-no-name = không đọc được chứng thư
verify-label-integrity = toàn vẹn
verify-label-validity = chứng thư
verify-label-chain = chuỗi tin cậy
verify-label-revocation = thu hồi
verify-label-time = thời điểm
verify-label-covers = phạm vi
verify-label-document = văn bản
verify-label-recording = ghi nhận
verify-ok = đạt
verify-failed = KHÔNG ĐẠT
verify-cannot-be-determined = chưa rõ
verify-time-log-receipt = { $time }, theo nhật ký ghi nhận
verify-time-claimed = { $time }, theo lời khai trong chữ ký; không ai bảo đảm
verify-time-verification = không ghi; xét theo { $time }
verify-covers-whole-file = toàn bộ tệp
verify-covers-earlier-revision = văn bản đến lúc ký; phần sau do các chữ ký sau bao phủ
verify-covers-unsigned-changes = văn bản đến lúc ký; phần sau không được ký
verify-recording-shown = { $verb }: mục { $index } của nhật ký { $log } ({ $size } mục), ghi lúc { $time }
verify-verb-approve = duyệt
verify-verb-reject = từ chối
verify-verb-return = trả lại
