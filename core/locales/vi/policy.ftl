# Mức bảo đảm thấp nhất mà đơn vị chấp nhận cho khóa ký.

policy-policy = Mức bảo đảm của điện thoại
policy-lead = Mức thấp nhất mà đơn vị này và các đơn vị trực thuộc chấp nhận cho khóa ký. Mức của đơn vị cấp trên là mức sàn: đơn vị cấp dưới chỉ đặt được mức cao hơn.
policy-lowest = Mức thấp nhất hiện nay
policy-said-by = Đặt tại
policy-own = Đơn vị này tự đặt
policy-overruled = Mức mà đơn vị tự đặt không có tác dụng, vì đơn vị cấp trên đòi mức cao hơn.
policy-said-by-nobody = mặc định, không đơn vị nào đặt
policy-level = Mức mới
policy-as-above = Theo đơn vị cấp trên
policy-level-A = A: khóa trong chip bảo mật riêng (StrongBox), có chứng thực
policy-level-B = B: khóa trong vùng tin cậy của máy (TEE), có chứng thực
policy-level-C = C: ứng dụng iOS chính hãng, máy chính hãng
policy-level-T = T: khóa trong token PKCS#11 do cán bộ đăng ký xem tận mắt, không có chứng thực
policy-level-D = D: khóa phần mềm, không có chứng thực nào
policy-look = Xem sẽ ra sao
policy-plan = Đổi mức bảo đảm
policy-before = Trước
policy-after = Sau
policy-falling = Điện thoại thấp hơn mức mới
policy-falling-none = Không có điện thoại nào thấp hơn mức mới.
policy-falling-lead = Các điện thoại này vẫn còn đăng ký, nhưng quyết định của chúng bị từ chối cho đến khi người dùng đổi máy hoặc mức được hạ.
policy-suspend = Tạm khóa luôn các điện thoại đang hoạt động trong danh sách này
policy-d-means = Mức D nhận cả khóa phần mềm: ai chép được tệp khóa và biết mật khẩu thì ký được thay. Chỉ dùng để thử hoặc để tích hợp, không dùng cho văn bản thật.
policy-do = Đổi mức
policy-news = Đã đổi mức bảo đảm.
policy-too-low = thấp hơn mức đơn vị yêu cầu; quyết định bị từ chối

# Điện thoại có chứng thực nằm trong danh sách thu hồi mới.
policy-doubted = Điện thoại có chứng thực bị thu hồi
policy-doubted-lead = Danh sách trạng thái mới của nhà sản xuất có tên chứng thư mà các điện thoại này đã dùng để chứng minh khóa nằm trong phần cứng. Chúng chỉ còn được coi là mức D; đơn vị đòi mức cao hơn thì quyết định của chúng bị từ chối. Hãy đăng ký máy khác cho người dùng hoặc tạm khóa máy.
policy-listed-revoked = đã thu hồi
policy-listed-suspended = tạm ngừng
