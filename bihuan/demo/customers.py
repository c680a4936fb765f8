"""About forty invented customers."""

from dataclasses import dataclass
from random import Random

_ORGANISATIONS = (
    "云溪市第二人民医院",
    "鲜汇连锁超市（华东）有限公司",
    "海棠生物医药冷链物流股份有限公司",
    "赵记卤味中央厨房",
    "禾味餐饮管理有限公司",
    "钱江茶业冷藏中心",
    "北辰乳品（天津）有限公司",
    "远山渔港冷链",
    "康宁血液制品有限公司",
    "青禾疫苗配送中心",
    "松岗社区卫生服务中心",
    "云岭菌菇合作社",
    "澄江区疾病预防控制中心",
    "橙时鲜果连锁",
    "槐安便利连锁",
    "顺驿冷链运输有限公司",
    "白鹭湖鲜花基地",
    "江南糕点食品厂",
    "海门水产批发市场",
    "安澜国际医药仓储",
    "星河冰品有限公司",
    "东篱农业科技",
    "惠民药业连锁",
    "临港冷库管理有限公司",
    "四季鲜生电商",
    "长风航空食品",
    "九州生物样本库",
    "桂香月饼有限公司",
    "雪域牦牛肉业",
    "清源净菜配送",
)
_PEOPLE = ("欧阳静", "马晓东", "诸葛明", "李思远", "阿依古丽", "Grace Liu", "陈一诺", "赵启航", "司徒清", "王冕")
_CONTACTS = ("吴桂芳", "孙海涛", "郑小雨", "钱立", "冯雪", "褚健", "蒋文博", "沈青", "韩梅", "杨帆", "朱迪", "秦岚")


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """A customer with one contact."""

    name: str
    kind: str
    contact: str
    email: str
    phone: str


def make_customers(random: Random) -> list[DemoCustomer]:
    """Always the same forty for the same seed; addresses under the reserved ``.example``."""
    made = []
    for index, name in enumerate((*_ORGANISATIONS, *_PEOPLE)):
        person = index >= len(_ORGANISATIONS)
        contact = name if person else random.choice(_CONTACTS)
        made.append(
            DemoCustomer(
                name=name,
                kind="person" if person else "organisation",
                contact=contact,
                email="" if index % 9 == 8 else f"kehu{index + 1:02d}@customer{index + 1:02d}.example",
                phone=f"1{random.choice('35789')}{random.randrange(10**8, 10**9)}",
            )
        )
    return made
