use std::str::FromStr;

use base::{Currency, Day, Id, UserId};
use ledger::{AccountId, EntryId};
use parties::CustomerId;
use sales::OrderId;

/// Marks the identity of a receipt.
pub enum Receipt {}
pub type ReceiptId = Id<Receipt>;

/// Marks the identity of a row of the bad-debt register.
pub enum BadDebt {}
pub type BadDebtId = Id<BadDebt>;

/// How money came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Cash,
    Bank,
    Wechat,
    Alipay,
    AcceptanceBill,
    /// A cheque, usually post-dated.
    Cheque,
}

impl Method {
    pub const ALL: [Method; 6] = [
        Method::Cash,
        Method::Bank,
        Method::Wechat,
        Method::Alipay,
        Method::AcceptanceBill,
        Method::Cheque,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Method::Cash => "cash",
            Method::Bank => "bank",
            Method::Wechat => "wechat",
            Method::Alipay => "alipay",
            Method::AcceptanceBill => "acceptance_bill",
            Method::Cheque => "cheque",
        }
    }

    /// Whether an instrument stands behind it that has to clear.
    pub const fn has_instrument(self) -> bool {
        matches!(self, Method::AcceptanceBill | Method::Cheque)
    }

    pub fn parse(text: &str) -> Option<Method> {
        Method::ALL.into_iter().find(|method| method.as_str() == text)
    }
}

/// What money is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    #[default]
    Payment,
    /// Held apart until it is used or returned.
    Deposit,
    /// The same, as a security for the whole relation.
    Guarantee,
}

impl Purpose {
    pub const ALL: [Purpose; 3] = [Purpose::Payment, Purpose::Deposit, Purpose::Guarantee];

    pub const fn as_str(self) -> &'static str {
        match self {
            Purpose::Payment => "payment",
            Purpose::Deposit => "deposit",
            Purpose::Guarantee => "guarantee",
        }
    }

    pub fn parse(text: &str) -> Option<Purpose> {
        Purpose::ALL.into_iter().find(|purpose| purpose.as_str() == text)
    }

    pub fn is_held(self) -> bool {
        self != Purpose::Payment
    }
}

/// The paper behind an acceptance bill or a cheque.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInstrument {
    pub no: String,
    /// Who promises to pay; often not the customer.
    pub drawer: String,
    pub due: Day,
}

/// Why a receivable is given up as far as management is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadDebtReason {
    /// Bankrupt or closed down.
    Insolvent,
    /// Cannot be found any more.
    Untraceable,
    /// Refuses to pay; the claim is contested.
    Contested,
    /// Too old to be enforced.
    TimeBarred,
    /// Too small to be worth the work.
    SmallBalance,
    Fraud,
    /// Needs a note.
    Other,
    /// A reason of the company's own list, by its code.
    Own(String),
}

impl BadDebtReason {
    pub const ALL: [BadDebtReason; 7] = [
        BadDebtReason::Insolvent,
        BadDebtReason::Untraceable,
        BadDebtReason::Contested,
        BadDebtReason::TimeBarred,
        BadDebtReason::SmallBalance,
        BadDebtReason::Fraud,
        BadDebtReason::Other,
    ];

    pub fn as_str(&self) -> &str {
        match self {
            BadDebtReason::Insolvent => "insolvent",
            BadDebtReason::Untraceable => "untraceable",
            BadDebtReason::Contested => "contested",
            BadDebtReason::TimeBarred => "time_barred",
            BadDebtReason::SmallBalance => "small_balance",
            BadDebtReason::Fraud => "fraud",
            BadDebtReason::Other => "other",
            BadDebtReason::Own(code) => code,
        }
    }
}

impl FromStr for BadDebtReason {
    type Err = base::Refusal;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Err(crate::refusals::unknown_reason(text));
        }
        let found = BadDebtReason::ALL
            .into_iter()
            .find(|reason| reason.as_str() == text);
        Ok(found.unwrap_or_else(|| BadDebtReason::Own(text.to_owned())))
    }
}

/// What a row of the register says happened. Amounts are positive in every kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadDebtKind {
    Processed,
    /// The customer paid after all.
    Recovered,
    /// It was a mistake; the whole rest is taken back.
    Undone,
}

impl BadDebtKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            BadDebtKind::Processed => "processed",
            BadDebtKind::Recovered => "recovered",
            BadDebtKind::Undone => "undone",
        }
    }
}

/// An open item as a person named it: how much of it, and what they saw as open when they decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub entry: EntryId,
    /// A decimal; `None`: all that is open.
    pub amount: Option<String>,
    /// A decimal; if it is no longer so, the act is refused as a conflict.
    pub expected_open: Option<String>,
}

impl Named {
    /// All that is open of an entry, whatever that is now.
    pub fn all_of(entry: EntryId) -> Named {
        Named {
            entry,
            amount: None,
            expected_open: None,
        }
    }
}

/// Which open items the money closes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Nothing yet: it stays on account.
    None,
    /// Every open debit of the account by (due date, basis date, identity).
    Oldest,
    /// These items, oldest first, as far as the money goes: the lines of a statement. Credits among
    /// them are used before the money.
    Entries(Vec<Named>),
    /// These items with these amounts; more than there is money for is refused.
    Items(Vec<Named>),
    /// Nothing yet: it waits for what this order will owe, as far as that goes.
    Order(OrderId),
    /// What is found step by step from the payment's text, its amount and what is open; what no step finds
    /// stays on account.
    Found(StatementsOf),
}

/// An issued statement of an account with something left of what is on it.
#[derive(Clone, Debug)]
pub struct IssuedStatement {
    pub no: String,
    /// What the newest one asks for, earlier ones included; `None` of any other.
    pub to_pay: Option<i64>,
    /// Its open entries.
    pub entries: Vec<EntryId>,
}

/// How issued statements are read, newest first. They are the business of the slice above, which hands its
/// reading in.
#[derive(Clone, Copy)]
pub struct StatementsOf(pub fn(&mut db::Tx<'_>, AccountId) -> db::Result<Vec<IssuedStatement>>);

impl std::fmt::Debug for StatementsOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StatementsOf")
    }
}

/// There is one reading in a program.
impl PartialEq for StatementsOf {
    fn eq(&self, _: &StatementsOf) -> bool {
        true
    }
}

impl Eq for StatementsOf {}

/// Which early-payment discount goes with a write-off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DiscountMode {
    /// What is earned by the day of the payment.
    #[default]
    Due,
    None,
    /// Also when it is late; needs a note.
    Grant,
}

/// What is done beside joining money and items.
#[derive(Clone, Debug, Default)]
pub struct Settling {
    pub discount: DiscountMode,
    /// A small difference stays open, or on account.
    pub leave_differences: bool,
    /// Why a discount is granted or a difference settled.
    pub note: String,
}

/// How an account is settled, changed.
#[derive(Clone, Debug)]
pub struct SetTerms {
    pub account: AccountId,
    /// Money that no step finds pays the oldest without asking.
    pub oldest_without_asking: bool,
    /// `None`: stays as it is.
    pub discount: Option<SetDiscount>,
}

/// The early-payment discount of the items from a day on.
#[derive(Clone, Debug)]
pub struct SetDiscount {
    /// `None`: today.
    pub valid_from: Option<Day>,
    /// A decimal percentage below 100; 0: none.
    pub percent: String,
    /// After the item's own date.
    pub days: i64,
    pub grace_days: i64,
    /// Part payments earn their part.
    pub partial: bool,
}

/// The differences of a currency that are settled without asking, changed. Decimals.
#[derive(Clone, Debug)]
pub struct SetTolerance {
    pub currency: Currency,
    /// 0: none.
    pub absolute: String,
    /// Of what was to be paid; `None`: no such bound.
    pub percent: Option<String>,
    /// A clerk's in a month; `None`: no such bound.
    pub monthly: Option<String>,
}

/// Marker of [`ConcessionId`].
pub enum ConcessionMark {}
/// A discount or a small difference that went with a write-off.
pub type ConcessionId = base::Id<ConcessionMark>;

/// Money in, and what it closes, in one act.
#[derive(Clone, Debug)]
pub struct RecordReceipt {
    pub customer: CustomerId,
    /// `None`: the customer's own currency.
    pub currency: Option<Currency>,
    pub date: Day,
    pub method: Method,
    pub purpose: Purpose,
    /// Needed for a bill or cheque, except from a file of past payments.
    pub instrument: Option<NewInstrument>,
    /// A positive decimal in the account's currency.
    pub amount: String,
    pub reference: String,
    pub remark: String,
    pub target: Target,
    /// Credits on account that are used up before the money.
    pub credits: Vec<Named>,
    /// Set by an import: the same key is recorded once.
    pub imported_key: Option<String>,
}

impl RecordReceipt {
    /// What the payer wrote.
    pub(crate) fn text(&self) -> String {
        format!("{} {}", self.reference, self.remark)
    }
}

/// Credits that are on account already, and what they close.
#[derive(Clone, Debug)]
pub struct AllocateCredits {
    pub account: AccountId,
    pub credits: Vec<Named>,
    pub target: Target,
    pub reason: String,
}

/// Money on account that is to wait for an order.
#[derive(Clone, Debug)]
pub struct ReserveReceipt {
    pub receipt: ReceiptId,
    pub order: OrderId,
    /// A decimal; `None`: as much as is free and the order will owe.
    pub amount: Option<String>,
}

/// One unsettled order given up, wholly or in part.
#[derive(Clone, Debug)]
pub struct ProcessBadDebt {
    pub order: OrderId,
    /// A decimal; `None`: the whole outstanding amount.
    pub amount: Option<String>,
    /// What the dialog showed as outstanding.
    pub expected_outstanding: String,
    pub reason: BadDebtReason,
    pub note: String,
    /// `None`: today. A day in a locked period becomes today.
    pub date: Option<Day>,
    /// Go on although the customer has credits on account; needs a note.
    pub despite_credit: bool,
    /// Tell the customer (a real waiver); otherwise the entry is internal.
    pub disclose: bool,
}

/// Money that came in after all is used for a bad debt.
#[derive(Clone, Debug)]
pub struct RecoverBadDebt {
    pub bad_debt: BadDebtId,
    /// The receipt on account that pays.
    pub receipt: ReceiptId,
    /// A decimal; `None`: as much as the receipt and the bad debt allow.
    pub amount: Option<String>,
    pub note: String,
}

/// A receipt as it is kept.
#[derive(Clone, Debug)]
pub struct ReceiptRow {
    pub id: ReceiptId,
    pub no: String,
    pub state: String,
    pub customer: CustomerId,
    pub account: AccountId,
    pub currency: Currency,
    pub date: Day,
    pub method: String,
    pub amount: i64,
    pub reference: String,
    pub remark: String,
    pub entry: EntryId,
    pub reversal_entry: Option<EntryId>,
    pub reason: String,
    pub created_at: base::Instant,
    pub created_by: UserId,
    pub purpose: String,
}
db::from_row! { struct ReceiptRow {
    id, no, state, customer, account, currency, date, method, amount, reference, remark, entry,
    reversal_entry, reason, created_at, created_by, purpose
} }

/// A row of the register of kind `processed`, with what became of it.
#[derive(Clone, Debug)]
pub struct BadDebtRow {
    pub id: BadDebtId,
    pub order: OrderId,
    pub account: AccountId,
    pub customer: CustomerId,
    pub currency: Currency,
    pub amount: i64,
    pub disclose: bool,
    pub entry: EntryId,
    pub salesperson: Option<UserId>,
    /// Recovered and undone so far.
    pub returned: i64,
}
db::from_row! { struct BadDebtRow {
    id, order, account, customer, currency, amount, disclose, entry, salesperson, returned
} }

impl BadDebtRow {
    /// What is still given up.
    pub fn net(&self) -> i64 {
        self.amount - self.returned
    }
}
