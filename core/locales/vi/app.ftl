# Lời của ứng dụng trên điện thoại, chung cho mọi hệ điều hành.

# Danh sách.
app-inbox = Hộp ký
app-tab-waiting = Chờ ký
app-tab-done = Đã xử lý
app-tab-unsent = Chưa gửi
app-search = Tìm văn bản
app-search-clear = Xóa nội dung tìm
app-heading-urgent = Khẩn
app-heading-today = Hạn hôm nay
app-heading-later = Còn thời gian
app-deadline = hạn { $at }
app-deadline-today = hạn { $at } hôm nay
app-deadline-minutes = hạn { $at } (còn { $count } phút)
app-deadline-over = đã quá hạn { $at }
app-urgency-urgent = KHẨN
app-urgency-very-urgent = THƯỢNG KHẨN
app-urgency-flash = HỎA TỐC
app-role-review = xem, cho ý kiến
app-role-initial = ký nháy
app-role-approve = ký số
app-role-seal = đóng dấu cơ quan
app-role-receive = để biết
app-read = đã xem
app-pick = Chọn để xử lý cùng lúc
app-unpick = Bỏ chọn
app-together = { $count ->
    [one] Xem 1 văn bản
   *[other] Xử lý { $count } văn bản
}
app-empty-waiting = Không có văn bản chờ ký.
app-empty-told = Khi có văn bản mới, máy sẽ báo cho bạn.
app-empty-asks = Máy tự hỏi cơ quan khoảng mười lăm phút một lần và báo khi có văn bản mới.
app-empty-silent = Thông báo đang tắt nên máy không báo khi có văn bản mới.
app-empty-never = Chưa đồng bộ với cơ quan. Hãy bấm nút đồng bộ ở góc dưới.
app-empty-search = Không tìm thấy văn bản nào. Hãy thử từ khác, có thể gõ không dấu.
app-empty-done = Bạn chưa quyết định văn bản nào trên máy này. Hãy mở một văn bản ở mục Chờ ký.
app-empty-unsent = Mọi quyết định đã được gửi và ghi nhận.
app-choose-document = Hãy chọn một văn bản trong danh sách bên trái.
app-sync-now = Đồng bộ ngay
app-sync-at = Đồng bộ lúc { $at }
app-sync-running = Đang đồng bộ…
app-sync-never = Chưa đồng bộ lần nào
app-unsent-count = { $count } quyết định chưa gửi
app-standing-recorded = đã ghi nhận
app-standing-refused = không được ghi nhận
app-standing-unsent = chưa gửi, máy sẽ tự gửi lại
app-verb-approved = Đã duyệt
app-verb-rejected = Đã từ chối
app-verb-returned = Đã trả lại

# Văn bản.
app-document = Văn bản
app-document-opening = Đang tải và kiểm tra văn bản…
app-page = trang { $page }
app-page-of = tr. { $page }/{ $pages }
app-signature-on-page = Chữ ký ở trang { $page } – Đến đó
app-zoom-in = Phóng to
app-zoom-out = Thu nhỏ
app-panel-findings = Lưu ý ({ $count })
app-panel-route = Quy trình
app-panel-facts = Tóm tắt
app-signed-meanwhile = Trong lúc bạn xem, có thêm { $count } người ký. Nội dung không đổi.
app-signature-nameless = Không rõ người ký
app-route-waits = chưa đến lượt
app-route-now = đang chờ
app-route-approved = đã duyệt
app-route-rejected = từ chối
app-route-returned = trả lại
app-route-released = không cần nữa
app-fact-kind = Loại văn bản
app-fact-issuer = Cơ quan ban hành
app-fact-from = Đơn vị trình
app-fact-queued = Trình lúc
app-fact-expires = Hạn xử lý
app-fact-files = Tệp
app-fact-sha256 = Mã băm SHA-256
app-over-elsewhere = Văn bản này không còn chờ bạn: đã được xử lý trên thiết bị khác, hoặc người khác đã quyết định.
app-over-here = Bạn đã quyết định văn bản này trên máy này.
app-end-completed = Văn bản đã được ký xong.
app-end-rejected = Văn bản đã bị từ chối, không cần ký nữa.
app-end-returned = Văn bản đã được trả lại để sửa. Bản mới sẽ được trình lại.
app-end-recalled = Đơn vị trình đã thu hồi văn bản này.
app-end-expired = Văn bản đã hết hạn xử lý.
app-reject = Từ chối
app-return = Trả lại
app-agree-approve = Ký duyệt
app-agree-initial = Ký nháy
app-agree-seal = Đóng dấu
app-agree-review = Đồng ý

# Ngoài ứng dụng.
app-starting = Đang mở…
app-prompt-title = Xác nhận để ký
app-notice-channel = Văn bản chờ ký
app-notice-title = Có văn bản chờ bạn
app-notice-text = Hãy mở Triện để xem.

# Phiếu ký.
app-sign-title = Ký văn bản này?
app-sign-preparing = Đang dựng phần ký trên máy này…
app-sign-signing = Đang ký và gửi…
app-sign-renewed = Phiếu đã mở quá năm phút nên giờ ký được lấy lại. Hãy xem lại rồi ký.
app-sign-as = Ký với tư cách
app-sign-as-delegate = Ký thay, theo ủy quyền
app-sign-certificate = Chứng thư số
app-sign-until = đến { $day }
app-sign-time = Thời điểm ký
app-sign-place = Vị trí ký
app-sign-no-stamp = không hiện trên trang
app-sign-final = Chữ ký số không thu hồi được.
app-sign-with-finger = Ký bằng vân tay hoặc khuôn mặt
app-cancel = Hủy
app-signed-at = Đã ký lúc { $at }
app-signed-recorded = Máy đã kiểm tra biên nhận: quyết định nằm trong nhật ký.
app-signed-kept = Đã ký và lưu trên máy, nhưng chưa gửi được. Máy sẽ tự gửi khi có kết nối; bạn không cần ký lại.
app-signed-refused = Quyết định không được ghi nhận và không có giá trị.
app-next-document = Văn bản kế tiếp
app-to-inbox = Về hộp ký

# Từ chối, trả lại, không phải tôi.
app-reject-title = Từ chối văn bản?
app-reject-what = Yêu cầu ký sẽ kết thúc. Đơn vị trình và những người đã ký nhận được lý do này.
app-reject-send = Từ chối
app-rejected-at = Đã từ chối lúc { $at }. Đơn vị trình và những người đã ký được báo.
app-return-title = Trả lại để sửa?
app-return-what = Đơn vị trình nhận lại văn bản cùng lý do này để sửa và trình bản mới.
app-return-send = Trả lại
app-returned-at = Đã trả lại lúc { $at }. Đơn vị trình được báo.
app-reason-form = Sai thể thức
app-reason-content = Sai nội dung
app-reason-missing = Thiếu hồ sơ
app-reason-authority = Không thuộc thẩm quyền
app-reason-words = Ý kiến
app-reason-must = Hãy chọn hoặc viết lý do.
app-undo = Hoàn tác
app-undo-now = Gửi ngay
app-undo-reject = Sẽ từ chối sau { $seconds } giây
app-undo-return = Sẽ trả lại sau { $seconds } giây
app-undo-what = Chưa có gì được ký hoặc gửi đi. Nếu đóng ứng dụng lúc này, văn bản vẫn chờ bạn.
app-not-me = Không phải tôi yêu cầu
app-not-me-what = Nếu bạn không biết văn bản này, hãy báo. Yêu cầu ký sẽ bị dừng với mọi người, và lý do được ghi vào nhật ký.
app-not-me-lost = Nếu nghi có người dùng máy hoặc tên của bạn, hãy gọi ngay cán bộ quản lý thiết bị để khóa thiết bị.
app-not-me-tell = Báo và dừng yêu cầu
app-not-me-told = Đã báo. Yêu cầu ký này đã dừng.
app-not-me-reason = Tôi không biết yêu cầu ký này

# Nhiều văn bản.
app-several-title = { $count } văn bản
app-several-view-first = Mỗi văn bản phải được mở xem trước khi ký.
app-several-ready = Bạn đã xem tất cả. Có thể ký lần lượt từng văn bản.
app-several-prompts-each = Máy sẽ hỏi vân tay hoặc khuôn mặt cho từng văn bản.
app-several-prompts-once = Máy hỏi vân tay hoặc khuôn mặt một lần cho cả lượt.
app-several-unread = chưa xem
app-several-one-by-one = Xem lần lượt
app-several-sign = Ký { $count } văn bản

# Biên nhận.
app-receipt-title = Biên nhận
app-receipt-decision = Quyết định
app-receipt-signed = Ký lúc
app-receipt-recorded = Đã ghi nhận lúc { $at }. Máy đã kiểm tra: quyết định nằm trong nhật ký mà không ai sửa được.
app-receipt-refused = Nhật ký ghi rằng quyết định này không được nhận.
app-receipt-unsent = Quyết định đã ký và còn nằm trên máy này. Máy sẽ tự gửi lại, đúng như đã ký.
app-receipt-sending = Đang gửi…
app-receipt-missing = Không còn quyết định này trên máy. Hãy quay lại danh sách.
app-receipt-hash = Mã quyết định
app-receipt-proof = Bằng chứng trong nhật ký
app-send-now = Gửi ngay

# Đăng ký.
app-enroll-title = Đăng ký điện thoại
app-enroll-start = Hãy quét mã QR trên thư mời, trên phiếu hoặc trên màn hình của cán bộ đăng ký.
app-enroll-scan = Quét mã QR
app-enroll-no-camera = Không quét được?
app-enroll-paste = Mở liên kết mời ngay trên máy này, hoặc dán liên kết vào đây.
app-enroll-link = Liên kết mời
app-enroll-open = Mở liên kết
app-enroll-asking = Đang hỏi máy chủ…
app-enroll-slip = Hãy gặp cán bộ đăng ký. Gõ tám chữ số trên màn hình của cán bộ.
app-enroll-code = Mã ngắn, tám chữ số
app-enroll-send-code = Tiếp tục
app-enroll-tries = Số lần nhập còn lại: { $left }.
app-enroll-slip-until = Phiếu dùng được đến hết ngày { $day }.
app-enroll-check = Máy chủ đã chứng minh là nơi gửi lời mời. Thông tin dưới đây có đúng không?
app-enroll-office = Cơ quan
app-enroll-server = Máy chủ
app-enroll-name = Họ và tên
app-enroll-position = Chức vụ
app-enroll-prompts = Xác nhận khi ký
app-prompts-each = vân tay hoặc khuôn mặt, mỗi văn bản một lần
app-prompts-once = vân tay hoặc khuôn mặt, một lần cho một lượt ngắn
app-enroll-no-finger = Máy chưa có vân tay hoặc khuôn mặt. Hãy thêm trong Cài đặt của máy, rồi quay lại đây.
app-enroll-no-sensor = Máy này không có cảm biến vân tay hoặc khuôn mặt đủ an toàn nên không dùng để ký được. Hãy dùng máy khác.
app-enroll-face-not-allowed = Triện chưa được phép dùng khuôn mặt. Hãy cho phép Face ID trong Cài đặt rồi quay lại.
app-to-settings = Mở Cài đặt của Triện
app-cover-recorded = Màn hình đang được ghi hoặc chiếu sang nơi khác nên Triện che nội dung. Hãy dừng ghi hoặc dừng chiếu để xem tiếp.
app-enroll-not-me = Không phải tôi
app-enroll-right = Đúng, tạo khóa
app-enroll-keys = Đang tạo hai khóa trong phần cứng của máy và gửi phần công khai…
app-enroll-read-out = Hãy đọc mã này cho cán bộ đăng ký:
app-enroll-compare = Cán bộ gõ lại mã bạn đọc. Mã khớp nghĩa là không có ai đứng giữa.
app-enroll-certificate = Cán bộ đã duyệt. Đang chờ tổ chức chứng thực cấp chứng thư số; có thể mất vài ngày. Bạn có thể đóng ứng dụng.
app-enroll-stop = Bỏ lượt đăng ký này
app-enroll-done = Đăng ký xong. Máy này đã sẵn sàng để ký.
app-enroll-notifications = Bước cuối: bật thông báo và thử ngay, để khi có văn bản là máy báo cho bạn. Bạn có thể bỏ qua và làm sau trong Cài đặt.
app-enroll-try-notifications = Thử thông báo
app-enroll-again = Đăng ký lại
app-enrollment-refused = Cán bộ đăng ký đã không duyệt máy này. Hãy gặp cán bộ và xin lời mời mới.
app-scan-point = Đưa mã QR vào khung hình.
app-scan-no-camera = Không mở được máy ảnh. Hãy cho phép dùng máy ảnh trong Cài đặt, hoặc dán liên kết.

# Cài đặt.
app-settings = Cài đặt
app-settings-language = Ngôn ngữ
app-settings-certificate = Chứng thư số của tôi
app-settings-no-certificate = Chưa có chứng thư số. Hãy đăng ký điện thoại này.
app-settings-device = Thiết bị này
app-settings-lost = Mất máy? Hãy gọi ngay cán bộ quản lý thiết bị: máy bị khóa có hiệu lực tức thì.
app-biometrics-end-key = Trước khi thêm vân tay hoặc khuôn mặt vào máy: khóa ký trên máy này sẽ mất, và bạn phải đăng ký lại với cán bộ.
app-devices = Thiết bị của tôi
app-devices-look = Máy khác, báo mất, thay máy
app-devices-others = Máy khác của tôi
app-devices-none = Bạn không có máy nào khác.
app-device-active = Đang dùng được
app-device-waiting = Đang chờ chứng thư số
app-device-suspended = Đã khóa; chỉ cán bộ quản lý thiết bị mở lại được
app-device-since = Đăng ký ngày
app-lost = Báo mất
app-lost-title = Báo mất máy?
app-lost-what = Máy được báo mất bị khóa ngay: không ký được gì nữa. Máy bạn đang cầm vẫn dùng bình thường. Bạn không tự mở lại được, chỉ cán bộ quản lý thiết bị mở lại được.
app-lost-really = Khóa máy đó
app-replace = Thay máy
app-replace-new-phone = Đổi sang máy mới: hãy nhờ cán bộ quản lý thiết bị gửi lời mời rồi đăng ký trên máy mới. Máy này vẫn dùng được cho đến khi máy mới được duyệt.
app-replace-key-gone = Máy này không ký được nữa (ví dụ sau khi thêm vân tay): hãy xin đăng ký lại tại đây. Cán bộ sẽ thấy yêu cầu và gửi lời mời.
app-replace-ask = Xin đăng ký lại máy này
app-replace-asked = Đã xin. Khi có lời mời, hãy mở hoặc quét lời mời ở bước sau.
app-replace-open = Tôi đã có lời mời
app-settings-notifications = Thông báo
app-certificate-subject = Cấp cho
app-certificate-issuer = Nơi cấp
app-certificate-serial = Số hiệu
app-certificate-valid = Hiệu lực
app-certificate-ending = Chứng thư số hết hạn ngày { $day }. Hãy liên hệ cán bộ quản lý thiết bị để được cấp mới.
app-certificate-ended = Chứng thư số đã hết hạn ngày { $day } nên không ký được. Hãy liên hệ cán bộ quản lý thiết bị.
app-keys-strongbox = chip bảo mật riêng (StrongBox)
app-keys-tee = vùng bảo mật của bộ xử lý (TEE)
app-keys-secure-enclave = chip bảo mật riêng (Secure Enclave)
app-keys-unknown = chưa tạo khóa
app-notifications-push = Bật: có văn bản mới là máy báo.
app-notifications-by-itself = Bật, nhưng chưa có dịch vụ đẩy: máy tự hỏi cơ quan khoảng mười lăm phút một lần.
app-notifications-off = Tắt: bạn chỉ thấy văn bản mới khi mở ứng dụng.
app-notifications-allow = Bật thông báo
app-notifications-look = Xem và thử thông báo
app-notifications-first = Khi có văn bản chờ ký, máy này sẽ báo. Hãy bật thông báo rồi gửi thử một lần.
app-notifications-asking = Đang hỏi máy chủ về thông báo…
app-notifications-content-free = Dịch vụ đẩy chỉ biết máy này được đánh thức và lúc nào. Thông báo không có tên văn bản, số lượng hay tên cơ quan.
app-push-ok = Máy chủ biết cách đánh thức máy này và đang đánh thức được.
app-push-failing = Dịch vụ đẩy không nhận tin của máy chủ từ { $since }. Máy vẫn tự hỏi khoảng mười lăm phút một lần. Nếu kéo dài, hãy báo quản trị viên.
app-push-dead = Dịch vụ đẩy không còn nhận địa chỉ của máy này. Máy đang xin địa chỉ mới; hãy xem lại sau ít phút.
app-push-none-there = Máy chưa có dịch vụ đẩy nào. Có thể cài một ứng dụng phân phối UnifiedPush (ví dụ ntfy), theo hướng dẫn của quản trị viên.
app-push-choose = Máy có nhiều dịch vụ đẩy. Hãy chọn bên dưới dịch vụ được đánh thức máy này.
app-push-none-yet = Máy có dịch vụ đẩy nhưng máy chủ chưa dùng được. Hãy xem lại sau ít phút; nếu vẫn vậy, hãy báo quản trị viên.
app-push-sent = Đánh thức lần cuối
app-push-test = Gửi thử
app-push-test-waiting = Đã nhờ máy chủ đánh thức máy này. Đang chờ, tối đa một phút…
app-push-test-arrived = Máy đã được đánh thức lúc { $at }. Khi có văn bản mới, máy sẽ biết ngay.
app-push-test-missing = Sau một phút chưa thấy gì. Hãy kiểm tra ứng dụng phân phối có đang chạy và không bị chế độ tiết kiệm pin chặn, rồi gửi thử lại.
app-push-providers = Được đánh thức qua
app-skip = Bỏ qua
app-licences = Giấy phép phần mềm
app-diagnostics = Chẩn đoán
app-diagnostics-what = Hãy đọc các dòng này cho người hỗ trợ. Ở đây không có tên văn bản và không có gì bí mật.
app-diagnostics-run = Thử kết nối
app-diagnostics-reached = Máy chủ trả lời, nhật ký có { $size } mục và nối tiếp đúng những gì máy đã biết.
app-diagnostics-clock = Đồng hồ máy này lệch { $seconds } giây so với máy chủ.
app-fact-app = Ứng dụng
app-fact-model = Máy
app-fact-device = Mã thiết bị
app-fact-server = Máy chủ
app-fact-keys = Nơi giữ khóa
app-fact-notifications = Thông báo
app-fact-synced = Đồng bộ lần cuối
app-fact-unsent = Quyết định chưa gửi

# Kiểm tra văn bản.
app-verify = Kiểm tra chữ ký
app-verify-what = Chọn một tệp PDF bất kỳ. Máy kiểm tra ngay tại chỗ: không gửi tệp đi đâu.
app-verify-choose = Chọn tệp PDF
app-verify-another = Chọn tệp khác
app-verify-working = Đang kiểm tra…
app-verify-notes = Cần lưu ý
app-verify-trust = Kiểm tra theo các tổ chức chứng thực mà cơ quan bạn tin cậy.
app-verify-no-trusted-issuer = Chứng thư số không dẫn tới tổ chức chứng thực mà cơ quan bạn tin cậy.
app-verify-no-revocation-list = Máy chưa có thông tin về việc thu hồi chứng thư số này.

# Vì sao không được: một câu, và việc có thể làm.
app-try-again = Thử lại
app-look-again = Xem lại văn bản
app-go-back = Quay lại
app-failure-not-enrolled = Máy này chưa được đăng ký.
app-failure-already-enrolled = Máy này đã được đăng ký. Muốn đăng ký lại, hãy nhờ cán bộ quản lý thiết bị thu hồi trước.
app-failure-no-enrollment = Lượt đăng ký này không tiếp tục được. Hãy mở lại liên kết mời.
app-failure-invitation = Đây không phải liên kết mời của Triện, hoặc liên kết bị thiếu. Hãy quét lại mã QR.
app-failure-short-code = Mã ngắn có tám chữ số. Hãy gõ lại.
app-failure-wrong-short-code = Mã không khớp với mã trên màn hình của cán bộ. Còn { $left } lần nhập.
app-failure-impostor = Máy chủ không chứng minh được là nơi gửi lời mời. Đừng tiếp tục; hãy báo cán bộ đăng ký.
app-failure-profile = Chứng thư số nhận được không khớp với khóa của máy này. Hãy báo cán bộ đăng ký.
app-failure-address = Không dùng được địa chỉ máy chủ trong lời mời. Hãy báo cán bộ đăng ký.
app-failure-unreachable = Chưa kết nối được với { $server }. Hãy kiểm tra mạng rồi thử lại.
app-failure-wrong-server-key = { $server } không có khóa mà máy này đã ghi nhớ; có thể ai đó đang chen giữa. Không có gì được gửi đi. Hãy thử mạng khác hoặc báo quản trị viên.
app-failure-unexpected = Máy chủ trả lời theo cách mà ứng dụng này không hiểu. Hãy thử lại; nếu còn lặp lại, hãy báo quản trị viên.
app-failure-log = Nhật ký của máy chủ mâu thuẫn với những gì máy này đã thấy. Việc ký bị dừng. Hãy báo ngay quản trị viên.
app-failure-sync-first = Cần đồng bộ trước khi quyết định.
app-failure-nothing-to-decide = Văn bản này không còn chờ bạn quyết định.
app-failure-changed = Văn bản đã thay đổi từ khi bạn mở. Hãy xem lại.
app-failure-sheet-expired = Phiếu ký đã mở quá năm phút. Hãy mở lại để lấy giờ ký mới.
app-failure-already-decided = Bạn đã quyết định văn bản này rồi.
app-failure-too-late = Văn bản đã hết hạn lúc { $at } nên không ký được nữa.
app-failure-certificate-ended = Chứng thư số của máy này đã hết hạn lúc { $at } nên chưa có gì được ký. Hãy xin lời mời mới và đăng ký lại.
app-failure-document = Tệp nhận được không đúng văn bản mà cơ quan trình. Hãy tải lại; nếu còn lặp lại, hãy báo đơn vị trình.
app-failure-recipe = Cách đặt chữ ký không dùng được với văn bản này. Hãy báo đơn vị trình.
app-failure-reason = Lý do trống, quá dài hoặc có ký tự không hiển thị được. Hãy sửa lại.
app-failure-cancelled = Bạn đã hủy xác nhận nên chưa có gì được ký.
app-failure-key-invalidated = Vân tay hoặc khuôn mặt trong máy đã thay đổi nên khóa ký không dùng được nữa. Hãy xin lời mời mới và đăng ký lại.
app-failure-locked = Thử sai quá nhiều lần nên máy tạm khóa vân tay và khuôn mặt. Hãy mở khóa máy bằng mật mã rồi thử lại.
app-failure-key = Phần cứng giữ khóa không trả lời. Chưa có gì được ký. Hãy thử lại; nếu còn lặp lại, hãy khởi động lại máy.
app-failure-face-not-allowed = Triện chưa được phép dùng khuôn mặt, nên chưa có gì được ký. Hãy cho phép Face ID trong phần cài đặt của Triện, rồi thử lại.
app-failure-keys-missing = Không còn khóa của máy này. Hãy xin lời mời mới và đăng ký lại.
app-failure-keys-locked = Kho khóa đang bị khóa. Hãy mở khóa máy rồi thử lại.
app-failure-keys-unsupported = Máy này không tạo được loại khóa mà cơ quan yêu cầu. Hãy thêm vân tay hoặc khuôn mặt rồi thử lại, hoặc dùng máy khác.
app-failure-secrets = Kho bí mật của máy không trả lời. Hãy thử lại sau khi khởi động lại máy.
app-failure-disk-full = Máy đã hết chỗ lưu. Hãy giải phóng dung lượng rồi thử lại.
app-failure-key-lost = Khóa mã hóa dữ liệu trên máy này không còn, nên những gì đã lưu không mở được nữa. Hãy khởi động lại máy và mở lại ứng dụng. Nếu vẫn vậy, hãy đăng ký lại: văn bản còn chờ bạn sẽ được tải lại từ máy chủ, quyết định đã ký mà chưa gửi thì phải ký lại.
app-failure-other-release = Dữ liệu trong máy do bản khác của ứng dụng ghi. Hãy cập nhật ứng dụng.
app-failure-files = Không đọc hoặc không ghi được dữ liệu trên máy. Hãy thử lại; nếu còn lặp lại, hãy báo quản trị viên.
app-failure-defect = Ứng dụng gặp lỗi của chính nó. Hãy thử lại; nếu còn lặp lại, hãy báo quản trị viên.

# Máy không còn lưu gì nữa, và vì sao.
app-erased-revoked = Máy này đã bị thu hồi. Văn bản, danh sách và lịch sử quyết định lưu trên máy đã được xóa, khóa mã hóa chúng đã bị hủy; bản ghi ở cơ quan vẫn còn. { $unanswered ->
    [0] Mọi quyết định đã ký đều có trả lời của máy chủ.
   *[other] Có { $unanswered } quyết định đã ký mà chưa có trả lời của máy chủ; hãy hỏi văn thư xem đã được ghi nhận chưa.
}
app-erased-key-lost = Dữ liệu cũ trên máy không còn khóa để mở nên đã được xóa. Quyết định đã ký mà chưa gửi cũng mất; văn bản đó vẫn chờ bạn ở máy chủ. Hãy xin lời mời mới để đăng ký lại.

# Xem trước khi ký.
app-preview = Xem trang sẽ ký
app-preview-title = Trang sẽ được ký
app-preview-what = Trang { $page } đúng như khi đã ký lúc { $at }. Chưa có gì được ký.
app-preview-to-sheet = Đến phiếu ký
app-panel-files = Tệp kèm ({ $count })
app-attachment = Tệp kèm theo
app-attachment-read = Đọc { $name }
app-attachment-elsewhere = Không phải PDF nên không đọc được ở đây. Hãy xem trên máy tính.
app-size-kb = { $count } kB
app-size-mb = { $count } MB
app-over-receipt = Xem quyết định của tôi

# Thay đổi sau chữ ký.
app-changes-look = Xem chỗ bị thay đổi
app-changes-title = Thay đổi sau khi ký
app-changes-looking = Đang so sánh các bản trong tệp…
app-changes-drawing = Đang vẽ hai trang…
app-changes-what = Có thay đổi sau chữ ký. Hãy so trang lúc ký với trang hiện nay; chỗ khác nhau có khung đỏ.
app-changes-none = Không thấy thay đổi nào sau chữ ký.
app-changes-page = Trang { $page }
app-changes-whole = Cả văn bản
app-changes-after = Sau chữ ký của { $name }
app-changes-compare = So sánh
app-changes-before = Lúc ký
app-changes-now = Hiện nay
app-changes-not-there = Lúc ký chưa có trang này.
app-changes-gone = Trang này không còn nữa.

# Bản tập.
app-practice = Tập đọc và ký
app-practice-title = Bản tập
app-practice-worthless = BẢN TẬP – chữ ký ở đây không có giá trị
app-practice-opening = Đang mở bản tập…
app-practice-try = Ký thử
app-practice-sheet = Trang sẽ được ký thử, giờ ký { $at }. Không có gì được gửi đi.
app-practice-signing = Đang tạo khóa tập và ký…
app-practice-signed = Đã ký thử. Máy đã tự kiểm tra chữ ký như một người ngoài:
app-practice-why = Nội dung còn nguyên vẹn, nhưng khóa tập không được đăng ký ở đâu nên không ai bảo đảm người ký là ai. Khi ký thật, máy dùng khóa mà cơ quan đã duyệt. Không có gì được gửi hay lưu lại.
app-practice-again = Tập lại
app-practice-end = Xong

# Giữ và chia sẻ.
app-keep-share = Chia sẻ bản đã ký
app-keep-what = Có thể chia sẻ tệp đã ký cùng bằng chứng trong nhật ký. Máy kiểm tra tất cả trước khi đưa cho ứng dụng khác.
app-keep-fetching = Đang tải tệp đã ký và kiểm tra bằng chứng…
app-keep-valid = Đã kiểm tra: mọi chữ ký hợp lệ và nằm trong nhật ký. Các tệp này dành cho ứng dụng bạn chọn:
app-keep-undetermined = Tệp và bằng chứng khớp nhau, nhưng máy chưa đủ thông tin để nói mọi chữ ký hợp lệ. Các tệp này dành cho ứng dụng bạn chọn:
app-failure-not-finished = Văn bản chưa được ký xong nên chưa có bản để giữ. Hãy đồng bộ rồi xem lại.
app-failure-kept = Tệp hoặc bằng chứng mà máy chủ đưa không khớp nên không được chia sẻ. Hãy thử lại; nếu còn lặp lại, hãy báo quản trị viên.
app-failure-share = Không đưa được tệp cho ứng dụng khác. Hãy xem máy còn chỗ trống không rồi thử lại.
app-failure-not-read = Không đọc được tệp mà ứng dụng kia đưa. Hãy chọn lại tệp.
