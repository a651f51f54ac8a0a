# Sổ thuê bao.

console-unfit-holder-not-clerk = Chứng thư cơ quan do văn thư giữ (R12). Người này không giữ chức vụ văn thư ở đơn vị: hãy ghi chức vụ văn thư cho họ trước (đổi chức vụ, hoặc cột quyền hạn trong bảng cán bộ), hoặc chọn người khác.
