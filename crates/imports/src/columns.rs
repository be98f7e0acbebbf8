//! Which column is what: guessed from the headers, or said by a mapping.

use base::Refusal;
use serde::{Deserialize, Serialize};

use crate::formats::{DateOrder, DecimalSign};
use crate::table::{Row, Table};

/// What a column can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Number,
    Date,
    Customer,
    CustomerName,
    Product,
    ProductName,
    Unit,
    Quantity,
    Price,
    Currency,
    Amount,
    Method,
    Reference,
    DueDate,
    Remark,
}

impl Field {
    pub const ALL: [Field; 15] = [
        Field::Number,
        Field::Date,
        Field::Customer,
        Field::CustomerName,
        Field::Product,
        Field::ProductName,
        Field::Unit,
        Field::Quantity,
        Field::Price,
        Field::Currency,
        Field::Amount,
        Field::Method,
        Field::Reference,
        Field::DueDate,
        Field::Remark,
    ];

    /// The word of the mapping file and of the API.
    pub const fn name(self) -> &'static str {
        match self {
            Field::Number => "number",
            Field::Date => "date",
            Field::Customer => "customer",
            Field::CustomerName => "customer_name",
            Field::Product => "product",
            Field::ProductName => "product_name",
            Field::Unit => "unit",
            Field::Quantity => "quantity",
            Field::Price => "price",
            Field::Currency => "currency",
            Field::Amount => "amount",
            Field::Method => "method",
            Field::Reference => "reference",
            Field::DueDate => "due_date",
            Field::Remark => "remark",
        }
    }

    /// Headers that mean this field, without blanks and signs, the surest first.
    const fn headers(self) -> &'static [&'static str] {
        match self {
            Field::Number => &[
                "number",
                "documentno",
                "documentnumber",
                "invoiceno",
                "invoice",
                "invoicenumber",
                "deliveryno",
                "deliverynumber",
                "billno",
                "orderno",
                "ordernumber",
                "no",
                "docno",
                "单号",
                "單號",
                "销货单号",
                "銷貨單號",
                "单据编号",
                "單據編號",
                "单据号",
                "單據號碼",
                "送货单号",
                "送貨單號",
                "出货单号",
                "出貨單號",
                "出库单号",
                "发票号",
                "發票號碼",
                "订单号",
                "訂單號",
                "订单编号",
                "訂單編號",
                "編號",
                "编号",
            ],
            Field::Date => &[
                "date",
                "documentdate",
                "invoicedate",
                "deliverydate",
                "receiptdate",
                "paymentdate",
                "billdate",
                "orderdate",
                "docdate",
                "day",
                "日期",
                "单据日期",
                "單據日期",
                "销货日期",
                "銷貨日期",
                "送货日期",
                "送貨日期",
                "出货日期",
                "出貨日期",
                "发货日期",
                "收款日期",
                "开票日期",
                "發票日期",
                "订单日期",
                "訂單日期",
            ],
            Field::Customer => &[
                "customer",
                "customercode",
                "customerid",
                "customerno",
                "customernumber",
                "clientid",
                "clientcode",
                "accountno",
                "客户编号",
                "客戶編號",
                "客户编码",
                "客户代码",
                "客戶代號",
                "客户号",
                "客户id",
                "客戶id",
                "往来单位编号",
                "购货单位编号",
            ],
            Field::CustomerName => &[
                "customername",
                "clientname",
                "client",
                "company",
                "客户名称",
                "客戶名稱",
                "客户",
                "客戶",
                "购货单位",
                "往来单位",
                "客户简称",
                "客戶簡稱",
                "公司名称",
            ],
            Field::Product => &[
                "product",
                "productcode",
                "productid",
                "stockcode",
                "sku",
                "item",
                "itemcode",
                "itemno",
                "articleno",
                "partno",
                "商品编码",
                "商品編號",
                "商品编号",
                "商品代码",
                "产品编码",
                "產品編號",
                "产品编号",
                "货号",
                "貨號",
                "品号",
                "品號",
                "存货编码",
                "物料编码",
            ],
            Field::ProductName => &[
                "productname",
                "description",
                "itemname",
                "itemdescription",
                "name",
                "goods",
                "商品名称",
                "商品名稱",
                "产品名称",
                "產品名稱",
                "品名",
                "商品",
                "货品名称",
                "存货名称",
                "名称",
                "名稱",
                "摘要",
            ],
            Field::Unit => &[
                "unit",
                "uom",
                "unitofmeasure",
                "单位",
                "單位",
                "计量单位",
                "計量單位",
            ],
            Field::Quantity => &["quantity", "qty", "数量", "數量", "实发数量", "销售数量"],
            Field::Price => &[
                "price",
                "unitprice",
                "rate",
                "单价",
                "單價",
                "售价",
                "售價",
                "价格",
                "價格",
                "含税单价",
                "含稅單價",
            ],
            Field::Currency => &[
                "currency",
                "currencycode",
                "币种",
                "幣別",
                "币别",
                "幣種",
                "货币",
                "貨幣",
            ],
            Field::Amount => &[
                "amount",
                "receiptamount",
                "paymentamount",
                "paid",
                "received",
                "total",
                "金额",
                "金額",
                "收款金额",
                "收款金額",
                "实收金额",
                "到账金额",
            ],
            Field::Method => &[
                "method",
                "paymentmethod",
                "payment",
                "channel",
                "收款方式",
                "付款方式",
                "支付方式",
                "结算方式",
                "方式",
            ],
            Field::DueDate => &[
                "duedate",
                "due",
                "paymentdue",
                "到期日",
                "到期日期",
                "付款到期日",
                "应收日期",
                "應收日期",
            ],
            Field::Remark => &[
                "remark", "remarks", "note", "memo", "备注", "備註", "摘要", "说明",
            ],
            Field::Reference => &[
                "reference",
                "ref",
                "paymentreference",
                "流水号或备注",
                "流水號或備註",
                "receiptno",
                "note",
                "memo",
                "参考号",
                "參考號碼",
                "流水号",
                "流水號",
                "凭证号",
                "憑證號碼",
                "收款单号",
                "收款單號",
                "备注",
                "備註",
                "附言",
            ],
        }
    }
}

/// What is imported, and so which columns it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    Deliveries,
    Receipts,
    /// What was open when the books began.
    Openings,
}

impl FileKind {
    pub const ALL: [FileKind; 3] = [FileKind::Deliveries, FileKind::Receipts, FileKind::Openings];

    pub const fn as_str(self) -> &'static str {
        match self {
            FileKind::Deliveries => "deliveries",
            FileKind::Receipts => "receipts",
            FileKind::Openings => "openings",
        }
    }

    pub fn parse(text: &str) -> Option<FileKind> {
        FileKind::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    pub const fn fields(self) -> &'static [Field] {
        match self {
            FileKind::Deliveries => &[
                Field::Number,
                Field::Date,
                Field::Customer,
                Field::CustomerName,
                Field::Product,
                Field::ProductName,
                Field::Unit,
                Field::Quantity,
                Field::Price,
                Field::Currency,
            ],
            FileKind::Receipts => &[
                Field::Date,
                Field::Customer,
                Field::CustomerName,
                Field::Amount,
                Field::Method,
                Field::Reference,
                Field::Currency,
            ],
            FileKind::Openings => &[
                Field::Number,
                Field::Date,
                Field::DueDate,
                Field::Customer,
                Field::CustomerName,
                Field::Amount,
                Field::Currency,
                Field::Remark,
            ],
        }
    }

    /// Sets of fields of which at least one must have a column.
    pub const fn needed(self) -> &'static [&'static [Field]] {
        match self {
            FileKind::Deliveries => &[
                &[Field::Number],
                &[Field::Date],
                &[Field::Product, Field::ProductName],
                &[Field::Quantity],
                &[Field::Price],
            ],
            FileKind::Receipts => &[
                &[Field::Date],
                &[Field::Customer, Field::CustomerName],
                &[Field::Amount],
            ],
            FileKind::Openings => &[
                &[Field::Number],
                &[Field::Date],
                &[Field::Customer, Field::CustomerName],
                &[Field::Amount],
            ],
        }
    }
}

/// What a mapping says. A file of lines `field = Header`; blank lines and lines beginning with `#`
/// are passed over:
///
/// ```text
/// number = Rechnungsnr
/// date = Datum
/// date_format = dmy        (ymd, dmy or mdy)
/// decimal = ,              (. or ,)
/// delimiter = ;            (one sign, or tab)
/// encoding = gb18030
/// ```
///
/// A field left out is guessed from the headers; `field =` with nothing behind it is not in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    /// (field, header); an empty header means that the file has no such column.
    pub columns: Vec<(Field, String)>,
    pub date_order: Option<DateOrder>,
    pub decimal: Option<DecimalSign>,
    pub delimiter: Option<char>,
    pub encoding: Option<String>,
}

impl Mapping {
    /// Reads the lines of a mapping file.
    pub fn parse(text: &str) -> Result<Mapping, Refusal> {
        let mut mapping = Mapping::default();
        for (at, line) in text.trim_start_matches('\u{FEFF}').lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let wrong = || {
                Refusal::invalid("imports.mapping_line")
                    .on("mapping")
                    .with("line", at + 1)
            };
            let (key, value) = line.split_once('=').ok_or_else(wrong)?;
            let (key, value) = (key.trim(), value.trim());
            match key {
                "date_format" => {
                    mapping.date_order = Some(match value {
                        "dmy" => DateOrder::DayFirst,
                        "mdy" => DateOrder::MonthFirst,
                        "ymd" => DateOrder::YearFirst,
                        _ => return Err(wrong()),
                    });
                }
                "decimal" => {
                    mapping.decimal = Some(match value {
                        "." => DecimalSign::Point,
                        "," => DecimalSign::Comma,
                        _ => return Err(wrong()),
                    });
                }
                "delimiter" => mapping.delimiter = Some(delimiter(value).ok_or_else(wrong)?),
                "encoding" => mapping.encoding = Some(value.to_owned()),
                _ => {
                    let field = Field::ALL
                        .into_iter()
                        .find(|field| field.name() == key)
                        .ok_or_else(wrong)?;
                    mapping.columns.retain(|(other, _)| *other != field);
                    mapping.columns.push((field, value.to_owned()));
                }
            }
        }
        Ok(mapping)
    }

    fn header(&self, field: Field) -> Option<&str> {
        self.columns
            .iter()
            .find(|(other, _)| *other == field)
            .map(|(_, header)| header.as_str())
    }
}

fn delimiter(value: &str) -> Option<char> {
    if value.eq_ignore_ascii_case("tab") {
        return Some('\t');
    }
    let mut signs = value.chars();
    signs
        .next()
        .filter(|sign| sign.is_ascii() && signs.next().is_none())
}

/// The columns of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Columns {
    /// (field, position of its column, counted from 0).
    pub positions: Vec<(Field, usize)>,
    pub header: Vec<String>,
}

impl Columns {
    pub fn position(&self, field: Field) -> Option<usize> {
        self.positions
            .iter()
            .find(|(other, _)| *other == field)
            .map(|(_, at)| *at)
    }

    /// The cell of a field; empty when the file has no such column.
    pub fn cell<'t>(&self, row: Row<'t>, field: Field) -> &'t str {
        self.position(field).map_or("", |at| row.cell(at))
    }

    /// How the file itself calls the field.
    pub fn header_of(&self, field: Field) -> &str {
        self.position(field)
            .and_then(|at| self.header.get(at))
            .map_or(field.name(), String::as_str)
    }
}

/// Rows that may stand above the header: a title, the period, who exported it.
const TITLE_ROWS: usize = 40;

/// Finds the header row and the column of each field. Answers the index of the first row below it.
pub fn find(kind: FileKind, table: &Table, mapping: &Mapping) -> Result<(Columns, usize), Refusal> {
    let empty = || Refusal::invalid("imports.empty").on("file");
    match likeliest(kind, table, mapping).ok_or_else(empty)? {
        (columns, first, None) => Ok((columns, first)),
        (_, _, Some(refusal)) => Err(refusal),
    }
}

/// The likeliest header row, with what is wrong with it: to be shown to somebody who knows better.
pub fn likeliest(
    kind: FileKind,
    table: &Table,
    mapping: &Mapping,
) -> Option<(Columns, usize, Option<Refusal>)> {
    let mut best: Option<(Columns, usize, Option<Refusal>)> = None;
    for index in 0..table.len().min(TITLE_ROWS) {
        let (columns, refusal) = match_row(kind, table.row(index), mapping);
        if refusal.is_none() {
            return Some((columns, index + 1, None));
        }
        // More fields win; without any, the row with more cells is likelier to be the header.
        let rank = |columns: &Columns| {
            (
                columns.positions.len(),
                columns.header.iter().filter(|cell| !cell.is_empty()).count(),
            )
        };
        if best
            .as_ref()
            .is_none_or(|(before, ..)| rank(&columns) > rank(before))
        {
            best = Some((columns, index + 1, refusal));
        }
    }
    best
}

fn match_row(kind: FileKind, row: Row<'_>, mapping: &Mapping) -> (Columns, Option<Refusal>) {
    let header: Vec<String> = row.cells().map(str::to_owned).collect();
    let plain: Vec<String> = header.iter().map(|cell| plain_header(cell)).collect();
    let mut positions: Vec<(Field, usize)> = Vec::new();
    let mut unknown = None;
    for (field, wanted) in &mapping.columns {
        if wanted.is_empty() || !kind.fields().contains(field) {
            continue;
        }
        let at = header.iter().position(|cell| cell == wanted);
        match at.or_else(|| plain.iter().position(|cell| *cell == plain_header(wanted))) {
            Some(at) => positions.push((*field, at)),
            None => unknown = unknown.or(Some(wanted.clone())),
        }
    }
    guess(kind, &plain, mapping, &mut positions);
    positions.sort();
    let has = |field: &Field| positions.iter().any(|(other, _)| other == field);
    let lacking = kind.needed().iter().find(|set| !set.iter().any(has));
    let refusal = match (unknown, lacking.and_then(|set| set.first())) {
        (Some(wanted), _) => {
            let refusal = Refusal::invalid("imports.no_such_column");
            Some(refusal.on("mapping").with("column", wanted))
        }
        (None, Some(field)) => {
            let refusal = Refusal::invalid("imports.column_missing");
            Some(refusal.on(field.name()).with("field", field.name()))
        }
        (None, None) => None,
    };
    (Columns { positions, header }, refusal)
}

/// Gives the free columns to the fields that the mapping left open, the surest pair first.
fn guess(kind: FileKind, plain: &[String], mapping: &Mapping, positions: &mut Vec<(Field, usize)>) {
    let mut pairs: Vec<(usize, usize, Field)> = Vec::new();
    for field in kind
        .fields()
        .iter()
        .filter(|field| mapping.header(**field).is_none())
    {
        for (at, cell) in plain.iter().enumerate() {
            if let Some(rank) = field.headers().iter().position(|header| header == cell) {
                pairs.push((rank, at, *field));
            }
        }
    }
    pairs.sort();
    for (_, at, field) in pairs {
        if !positions
            .iter()
            .any(|(other, taken)| *other == field || *taken == at)
        {
            positions.push((field, at));
        }
    }
}

/// A header without case, blanks and signs: "Invoice No." and "invoice_no" are one.
fn plain_header(text: &str) -> String {
    text.trim_start_matches('\u{FEFF}')
        .chars()
        .filter(|sign| sign.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Reading, read};

    fn columns(kind: FileKind, text: &str, mapping: &str) -> Result<Vec<(Field, usize)>, Refusal> {
        let table = read(text.as_bytes(), &Reading::default())?;
        find(kind, &table, &Mapping::parse(mapping)?).map(|(columns, _)| columns.positions)
    }

    #[test]
    fn headers_in_three_languages() {
        use Field::*;
        let english = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";
        let found = columns(FileKind::Deliveries, english, "").unwrap();
        let wanted = [
            (Number, 0),
            (Date, 4),
            (Customer, 6),
            (Product, 1),
            (ProductName, 2),
            (Quantity, 3),
            (Price, 5),
        ];
        assert_eq!(found, wanted);
        let simplified = "单号,日期,客户编号,客户名称,商品编码,商品名称,单位,数量,单价\n";
        let found = columns(FileKind::Deliveries, simplified, "").unwrap();
        assert_eq!(
            found.iter().map(|(_, at)| *at).collect::<Vec<_>>(),
            [0, 1, 2, 3, 4, 5, 6, 7, 8]
        );
        let traditional = "銷貨單號,銷貨日期,客戶代號,客戶名稱,品號,品名,單位,數量,單價,幣別\n";
        let found = columns(FileKind::Deliveries, traditional, "").unwrap();
        assert_eq!(found.len(), 10);
        let receipts = "收款日期,客户编号,收款金额,收款方式,流水号\n";
        assert_eq!(columns(FileKind::Receipts, receipts, "").unwrap().len(), 5);
    }

    #[test]
    fn a_mapping_beats_the_guess_and_a_title_is_passed_over() {
        let text = "销售明细表\n2026年3月\nNr;Number;Datum;SKU;Qty;Price\n";
        let found = columns(
            FileKind::Deliveries,
            text,
            "number = Nr\ndate = Datum\ndelimiter = ;",
        )
        .unwrap();
        assert!(found.contains(&(Field::Number, 0)) && found.contains(&(Field::Date, 2)));
    }

    #[test]
    fn what_is_missing_is_named() {
        let refusal = columns(FileKind::Deliveries, "InvoiceNo,Date,SKU,Qty\n", "").unwrap_err();
        assert_eq!(
            (refusal.code, refusal.field.as_deref()),
            ("imports.column_missing", Some("price"))
        );
        let refusal = columns(
            FileKind::Deliveries,
            "InvoiceNo,Date,SKU,Qty,Price\n",
            "unit = ME",
        )
        .unwrap_err();
        assert_eq!(refusal.code, "imports.no_such_column");
        assert_eq!(
            Mapping::parse("nonsense").unwrap_err().code,
            "imports.mapping_line"
        );
        assert_eq!(
            Mapping::parse("colour = Farbe").unwrap_err().code,
            "imports.mapping_line"
        );
    }

    #[test]
    fn a_field_can_be_switched_off() {
        let text = "InvoiceNo,Date,SKU,Qty,Price,Unit\n";
        let found = columns(FileKind::Deliveries, text, "unit =").unwrap();
        assert!(!found.iter().any(|(field, _)| *field == Field::Unit));
    }
}
