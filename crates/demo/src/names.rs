//! Invented names. Any likeness to a real business is chance.

use base::Chance;

const CITIES: [&str; 16] = [
    "深圳市",
    "广州市",
    "东莞市",
    "佛山市",
    "上海",
    "杭州",
    "宁波",
    "义乌市",
    "苏州",
    "青岛",
    "厦门",
    "成都",
    "武汉",
    "西安",
    "郑州",
    "长沙",
];
const WORDS: [&str; 28] = [
    "好运来",
    "明辉",
    "嘉美",
    "恒泰",
    "永兴",
    "鑫源",
    "百汇",
    "金桥",
    "华安",
    "丰禾",
    "瑞祥",
    "宏达",
    "顺发",
    "广源",
    "德隆",
    "天成",
    "盛世",
    "远航",
    "新洲",
    "同心",
    "合众",
    "安居",
    "悦来",
    "春晖",
    "晨光",
    "兴旺",
    "利民",
    "万家",
];
const TRADES: [&str; 10] = [
    "贸易",
    "文具",
    "百货",
    "食品",
    "茶业",
    "礼品",
    "家居",
    "日用品",
    "办公用品",
    "商贸",
];
const FORMS: [&str; 5] = ["有限公司", "商行", "经营部", "有限责任公司", "超市"];
const FIRST: [&str; 24] = [
    "Harbour",
    "Maple",
    "Northgate",
    "Silver",
    "Orchard",
    "Bluebell",
    "Kingsway",
    "Riverside",
    "Summit",
    "Cedar",
    "Lighthouse",
    "Willow",
    "Beacon",
    "Amber",
    "Granite",
    "Juniper",
    "Meadow",
    "Falcon",
    "Compass",
    "Linden",
    "Quayside",
    "Thistle",
    "Ivory",
    "Copper",
];
const SECOND: [&str; 12] = [
    "Stores",
    "Gifts",
    "Stationers",
    "Trading",
    "Supplies",
    "Tea Rooms",
    "Home",
    "Foods",
    "Garden Centre",
    "Books",
    "Kitchen",
    "Wholesale",
];
const ENDINGS: [&str; 4] = ["Ltd", "& Sons", "Co.", "Partners"];
const FAMILY: [&str; 20] = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "林", "郭",
    "何", "高", "罗",
];
const GIVEN: [&str; 16] = [
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "洋", "艳", "勇", "军", "杰", "娟", "涛", "明",
];
const ENGLISH: [&str; 16] = [
    "Alice Moore",
    "Ben Carter",
    "Clara Hughes",
    "David Reid",
    "Emma Shaw",
    "Frank Doyle",
    "Grace Lowe",
    "Henry Marsh",
    "Iris Boyd",
    "Jack Nolan",
    "Kate Pierce",
    "Liam Stone",
    "Mia Frost",
    "Noah Webb",
    "Olive Grant",
    "Paul Vance",
];

/// A customer's name and contact; every fourth is English.
pub struct Named {
    pub name: String,
    pub contact: String,
    pub english: bool,
}

/// The `at`-th customer. Names repeat only after some thousand customers, then with a number.
pub fn customer(chance: &mut Chance, at: usize) -> Named {
    let english = at % 4 == 3;
    let contact = if english {
        (*chance.one_of(&ENGLISH)).to_owned()
    } else {
        format!("{}{}", chance.one_of(&FAMILY), chance.one_of(&GIVEN))
    };
    let name = if english {
        let (first, second) = (
            FIRST[at / 4 % FIRST.len()],
            SECOND[at / 4 / FIRST.len() % SECOND.len()],
        );
        format!("{first} {second} {}", chance.one_of(&ENDINGS))
    } else {
        let (word, trade) = (WORDS[at % WORDS.len()], TRADES[at / WORDS.len() % TRADES.len()]);
        format!("{}{word}{trade}{}", chance.one_of(&CITIES), chance.one_of(&FORMS))
    };
    Named {
        name,
        contact,
        english,
    }
}

/// Code, name, unit, price.
pub const PRODUCTS: [(&str, &str, &str, &str); 48] = [
    ("TEA-001", "龙井茶 250克", "盒", "128"),
    ("TEA-002", "铁观音 500克", "罐", "168"),
    ("TEA-003", "普洱茶饼 357克", "饼", "219"),
    ("TEA-004", "茉莉花茶 100克", "袋", "26.5"),
    ("TEA-005", "祁门红茶 200克", "盒", "96"),
    ("TEA-006", "Earl Grey Tea 50 bags", "box", "32.8"),
    ("CUP-001", "白瓷茶杯", "个", "12.5"),
    ("CUP-002", "玻璃水杯 350ml", "个", "9.9"),
    ("CUP-003", "保温杯 500ml", "个", "79"),
    ("CUP-004", "Enamel Mug", "pc", "18.6"),
    ("POT-001", "紫砂壶", "把", "268"),
    ("POT-002", "玻璃茶壶 800ml", "把", "58"),
    ("POT-003", "Cast Iron Teapot", "pc", "186"),
    ("STA-001", "A4 复印纸 500张", "包", "22.8"),
    ("STA-002", "中性笔 0.5mm", "支", "1.35"),
    ("STA-003", "笔记本 B5", "本", "6.8"),
    ("STA-004", "文件夹 A4", "个", "4.25"),
    ("STA-005", "订书机", "台", "15.9"),
    ("STA-006", "胶带 48mm", "卷", "3.335"),
    ("STA-007", "回形针 100枚", "盒", "2.15"),
    ("STA-008", "Highlighter Set", "set", "11.2"),
    ("STA-009", "Desk Calendar", "pc", "16"),
    ("GFT-001", "礼品盒 中号", "个", "8.8"),
    ("GFT-002", "手提纸袋", "个", "2.6"),
    ("GFT-003", "丝带 25mm", "卷", "5.5"),
    ("GFT-004", "贺卡", "张", "3.8"),
    ("GFT-005", "Scented Candle", "pc", "38"),
    ("GFT-006", "Photo Frame 6in", "pc", "24.9"),
    ("HOM-001", "毛巾", "条", "13.9"),
    ("HOM-002", "浴巾", "条", "45"),
    ("HOM-003", "收纳箱 30L", "个", "36.8"),
    ("HOM-004", "衣架 10只", "组", "19.8"),
    ("HOM-005", "LED 台灯", "台", "99"),
    ("HOM-006", "抱枕", "个", "42"),
    ("HOM-007", "Storage Basket", "pc", "29.5"),
    ("KIT-001", "不锈钢碗", "个", "11.6"),
    ("KIT-002", "筷子 10双", "组", "25"),
    ("KIT-003", "菜刀", "把", "88"),
    ("KIT-004", "砧板", "块", "49"),
    ("KIT-005", "密封罐 1L", "个", "17.4"),
    ("KIT-006", "Wooden Spoon", "pc", "7.2"),
    ("FOO-001", "蜂蜜 500克", "瓶", "46"),
    ("FOO-002", "花生油 5L", "桶", "119"),
    ("FOO-003", "大米 10公斤", "袋", "68"),
    ("FOO-004", "坚果礼盒", "盒", "138"),
    ("FOO-005", "Shortbread Tin", "tin", "54.5"),
    ("FOO-006", "矿泉水 24瓶", "箱", "28.8"),
    ("SRV-001", "配送费", "次", "30"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_names() {
        let name = |at| customer(&mut Chance::new(7), at).name;
        assert_eq!(name(5), name(5));
        assert!(customer(&mut Chance::new(7), 3).english);
    }
}
