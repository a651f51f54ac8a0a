# Ủy quyền ký thay (KT., TL., TUQ.) trên trang quản trị.
delegation-delegations = Ủy quyền ký thay
delegation-lead = Người ủy quyền ký bằng điện thoại của mình. Ủy quyền tự hết khi đến hạn, khi một trong hai người thôi chức vụ, hoặc khi khóa của người ủy quyền bị lộ.
delegation-none = Chưa có ủy quyền nào.
delegation-in-place-of = Ký thay
delegation-who = Người được ủy quyền
delegation-kinds = Loại văn bản
delegation-all-kinds = mọi loại
delegation-time = Từ – đến
delegation-state = Tình trạng
delegation-planned = chưa bắt đầu
delegation-in-force = đang có hiệu lực
delegation-ended = đã hết
delegation-end = Chấm dứt
delegation-news-ended = Đã chấm dứt ủy quyền: từ lúc này không quyết định nào được ghi nhận theo ủy quyền ấy.
