"""What tells the copies apart: customers, places, devices, further sentences. Invented; the same seed gives the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

_CITIES = (
    "云溪", "澄江", "槐安", "松岗", "海门", "临港", "白鹭", "远山", "青禾", "北辰", "东篱", "西塘", "南浦", "安澜", "长风",
    "星河", "雪域", "桂岭", "柳溪", "梅坞", "竹山", "兰陵", "荷塘", "枫桥", "银杏", "石桥", "沙洲", "金湾", "玉泉", "虹口",
)  # fmt: skip
_NAMES = (
    "康泰", "惠民", "鲜达", "顺驿", "禾丰", "瑞安", "明德", "广源", "华润康", "益生", "同和", "百川", "千叶", "万象", "仁济",
    "恒温", "冷锋", "极鲜", "满仓", "速达", "宏远", "嘉禾", "永信", "天成", "正阳", "博爱", "长青", "优鲜", "佳味", "品珍",
)  # fmt: skip
_TRADES = (
    "医药连锁有限公司", "冷链物流有限公司", "食品厂", "疾病预防控制中心", "人民医院", "乳业有限公司", "水产批发部",
    "生物制品有限公司", "社区卫生服务中心", "连锁超市有限公司", "中央厨房", "果蔬合作社", "血站", "花卉基地", "冷库管理有限公司",
)  # fmt: skip
_FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = (
    "桂芳",
    "海涛",
    "小雨",
    "立",
    "雪",
    "健",
    "文博",
    "青",
    "梅",
    "帆",
    "迪",
    "岚",
    "志强",
    "丽华",
    "建国",
    "晓东",
    "静怡",
    "子墨",
)
_STREETS = (
    "建设路",
    "人民路",
    "滨河路",
    "解放路",
    "工业大道",
    "机场路",
    "港前街",
    "学府街",
    "迎宾大道",
    "环城北路",
    "科技园",
    "物流园",
)
_PLACES = (
    "1 号库",
    "2 号库",
    "3 号库",
    "负一层冷库",
    "疫苗室",
    "药品库",
    "分拣间",
    "冷藏车队",
    "门店后仓",
    "样本库",
    "速冻间",
    "检验科",
)
_MORE = (
    "", "", "", "", "现场有人值守，随时可以打电话。", "请在下班前回复。", "上个月也出现过一次。", "这次没有造成货损。",
    "有一批货已经转移到备用库。", "监管部门下周来检查。", "照片和视频都有，需要可以发。", "现场网络是移动专网。",
    "设备还在保修期内。", "值班电话一直有人接。", "同一批设备有三台都这样。", "重启以后好了一会儿，又不行了。",
    "请先不要远程升级。", "希望能派人到现场看一下。", "我们的合同年底到期。", "对账单也请一并核对。",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """A customer with the one who speaks for them."""

    name: str
    contact: str
    email: str
    phone: str


def customer(random: Random, number: int, *, person: bool) -> Person:
    """The customer with that number, 0 and up; names of firms repeat rarely, those of people often. A person speaks for
    themselves."""
    contact = random.choice(_FAMILY) + random.choice(_GIVEN)
    name = contact
    if not person:
        name = f"{random.choice(_CITIES)}市{random.choice(_NAMES)}{random.choice(_TRADES)}"
        if number >= 10_000:
            name += f"（{random.choice(_CITIES)}分部）"
    return Person(name, contact, f"lianxi{number}@customer{number % 997}.example", f"13{number % 10**9:09d}")


def sites() -> list[str]:
    """Some thousand places."""
    return [f"{city}{street}{place}" for city in _CITIES for street in _STREETS for place in _PLACES]


def remarks() -> tuple[str, ...]:
    """Sentences that stand at the end of a text; some of them are empty."""
    return _MORE


def serials(random: Random) -> Iterator[str]:
    """Device numbers without end; one in twenty thousand comes twice or so."""
    while True:
        yield f"LK{random.randrange(10**8):08d}"
