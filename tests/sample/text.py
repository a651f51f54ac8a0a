"""What the sample says. Commune, province, people and decision are made up; the laws exist."""

FACTS = {
    "metadata": {
        "number": "15/QĐ-UBND",
        "subject": "Về việc thí điểm ký số văn bản điện tử trên thiết bị di động",
        "kind": "Quyết định",
        "issuer": "Ủy ban nhân dân xã Mây Ngàn",
        "urgency": "normal",
    },
    "header": {
        "issuer": ["ỦY BAN NHÂN DÂN", "XÃ MÂY NGÀN"],
        "place_and_date": "Mây Ngàn, ngày 16 tháng 11 năm 2026",
        "subject_lines": ["Về việc thí điểm ký số văn bản điện tử", "trên thiết bị di động"],
        "authority": "CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ MÂY NGÀN",
    },
    "signer": {
        "name": "Trần Minh Khuê",
        "position": "Chủ tịch",
        "title_lines": ["CHỦ TỊCH"],
    },
    "clerk": {"name": "Lê Thu Hà", "position": "Công chức Văn phòng - Thống kê"},
}

GROUNDS = [
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;",
    "Căn cứ Luật Giao dịch điện tử ngày 22 tháng 6 năm 2023;",
    "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư;",
    "Căn cứ Nghị định số 68/2024/NĐ-CP ngày 25 tháng 6 năm 2024 của Chính phủ quy định về chữ ký số "
    "chuyên dùng công vụ;",
    "Theo đề nghị của Chánh Văn phòng Hội đồng nhân dân và Ủy ban nhân dân xã.",
]

ARTICLES = [
    [
        "<b>Điều 1.</b> Thí điểm ký số văn bản điện tử trên thiết bị di động tại Ủy ban nhân dân xã Mây Ngàn, "
        "tỉnh Bạch Giang, từ ngày 01 tháng 12 năm 2026 đến hết ngày 31 tháng 5 năm 2027.",
    ],
    [
        "<b>Điều 2.</b> Phạm vi và yêu cầu",
        "1. Áp dụng đối với quyết định hành chính, công văn, thông báo và giấy mời do Ủy ban nhân dân xã ban "
        "hành; không áp dụng đối với văn bản có nội dung thuộc danh mục bí mật nhà nước.",
        "2. Người ký đọc toàn bộ văn bản trên thiết bị trước khi ký; khóa bí mật được tạo và lưu trong phần "
        "cứng của thiết bị, không sao chép, không giao cho người khác sử dụng.",
        "3. Mỗi lần ký hoặc từ chối ký được ghi vào nhật ký và có biên nhận để đối chiếu. Văn bản bị từ chối "
        "phải nêu rõ lý do và chuyển lại cho công chức soạn thảo ngay trong ngày.",
    ],
    [
        "<b>Điều 3.</b> Phân công thực hiện",
        "1. Văn phòng Hội đồng nhân dân và Ủy ban nhân dân xã là đầu mối tiếp nhận, cấp số, phát hành văn bản; "
        "tổng hợp khó khăn, vướng mắc và báo cáo Chủ tịch Ủy ban nhân dân xã trước ngày 25 hằng tháng.",
        "2. Phòng Văn hóa - Xã hội phối hợp hướng dẫn cán bộ, công chức cài đặt ứng dụng, đăng ký thiết bị và "
        "kiểm tra chữ ký số trên văn bản đến.",
        "3. Phòng Kinh tế bố trí kinh phí thực hiện từ dự toán chi thường xuyên năm 2026 và năm 2027 theo quy "
        "định của pháp luật về ngân sách nhà nước.",
        "4. Các trưởng thôn thông tin đến Nhân dân về việc tra cứu và kiểm tra văn bản điện tử đã ký số; hướng "
        "dẫn người dân phản ánh về Ủy ban nhân dân xã khi kết quả kiểm tra không hợp lệ.",
    ],
    [
        "<b>Điều 4.</b> Kết thúc thời gian thí điểm, Văn phòng Hội đồng nhân dân và Ủy ban nhân dân xã tổng hợp số "
        "văn bản đã ký, số văn bản bị từ chối, thời gian xử lý trung bình và kiến nghị, trình Chủ tịch Ủy ban "
        "nhân dân xã xem xét, quyết định việc áp dụng chính thức.",
    ],
    [
        "<b>Điều 5.</b> Quyết định này có hiệu lực kể từ ngày ký.",
    ],
    [
        "<b>Điều 6.</b> Chánh Văn phòng Hội đồng nhân dân và Ủy ban nhân dân xã, Trưởng các phòng chuyên môn và "
        "các cá nhân có liên quan chịu trách nhiệm thi hành Quyết định này./.",
    ],
]

RECIPIENTS = [
    "- Như Điều 6;",
    "- Sở Khoa học và Công nghệ tỉnh (để b/c);",
    "- TT. Đảng ủy, TT. HĐND xã;",
    "- Các trưởng thôn;",
    "- Lưu: VT, VP.",
]
