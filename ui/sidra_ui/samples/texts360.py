"""The words of the sample 360 in two languages; all people and figures are invented, the Arabic is a draft."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Texts:
    """The words of one language; each tuple follows the order of the page."""

    name: str
    crumbs: tuple[str, str]
    badges: tuple[str, str, str]
    facts: tuple[str, str, str, str]
    actions: tuple[str, str, str]
    tabs: tuple[tuple[str, str], ...]
    alerts: tuple[tuple[str, str, str], tuple[str, str]]
    kpis: tuple[tuple[str, str, str, str], ...]
    panels: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]
    view_all: str
    product_heads: tuple[str, str, str, str]
    products: tuple[tuple[str, str, str, str, str], ...]
    open_billing: str
    balances: tuple[tuple[str, str, str], ...]
    bill_heads: tuple[str, str, str, str]
    bills: tuple[tuple[str, str, str, str], ...]
    channels: tuple[str, ...]
    days: tuple[str, str]
    events: tuple[tuple[str, str, str, str, str], ...]
    offers: tuple[tuple[str, str, str, str], ...]
    offer_actions: tuple[str, str]
    price_unit: str
    ticket_count: str
    tickets: tuple[tuple[str, str, str], ...]
    profile_labels: tuple[str, ...]
    profile: tuple[str, ...]
    consents_label: str
    consents: tuple[tuple[str, bool], ...]
    masked_note: str
    states: tuple[str, str]
    old: tuple[str, str, str]
    """A system whose answer is kept from before: its name, its age, the sentence."""


ENGLISH = Texts(
    name="Awa Ndiaye",
    crumbs=("Customers", "Individuals"),
    badges=("Active", "Gold", "Prefers French · WhatsApp"),
    facts=("SN-4471-0926", "+221 77 ••• •4 18", "Dakar, Plateau", "Customer since Mar 2017"),
    actions=("Call", "Message", "New ticket"),
    tabs=(
        ("Overview", ""),
        ("Timeline", ""),
        ("Products", "6"),
        ("Billing", ""),
        ("Tickets", "3"),
        ("Consents", ""),
        ("History", ""),
    ),
    alerts=(
        (
            "Second fault in 30 days on home fibre.",
            "Handle with priority; a credit of up to 5 000 FCFA is allowed.",
            "Apply credit",
        ),
        ("ID document expires in 12 days", "Request update"),
    ),
    kpis=(
        ("Lifetime value", "1.42 M", "FCFA", "+8%"),
        ("Monthly revenue", "27 400", "FCFA", ""),
        ("Overdue", "18 500", "FCFA", "9 days"),
        ("Satisfaction", "7.2", "/ 10", "−1.1"),
        ("Churn risk", "Medium", "", "0.46"),
    ),
    panels=(
        "Products and subscriptions",
        "Balances and bills",
        "Interaction timeline",
        "Next best offers",
        "Open tickets",
        "Profile",
        "Network",
        "Loyalty",
        "Usage",
    ),
    sources=(
        ("Inventory", "4 min ago"),
        ("Billing", "live, 2 s"),
        ("Channels", "live"),
        ("Decisioning", "model v14"),
        ("Ticketing", "live"),
        ("CRM", "master"),
    ),
    view_all="View all 6",
    product_heads=("Product", "Usage", "Status", "FCFA / month"),
    products=(
        ("Mobile Max 40 GB", "+221 77 ••• •4 18 · renews 1 Dec", "31.2 of 40 GB", "Active", "12 500"),
        ("Home Fibre 100", "Line fault since 09:12 · ONT offline", "412 GB · unlimited", "Degraded", "14 900"),
        ("Meridian Money", "Wallet · limit 500 000 FCFA", "84 250 FCFA", "Active", ""),
        ("TV Family", "Add-on of Home Fibre 100", "Non-payment", "Suspended", "4 500"),
    ),
    open_billing="Open in billing",
    balances=(
        ("Main balance", "3 420 FCFA", "Valid until 30 Nov"),
        ("Data bonus", "2.0 GB", "Expires in 2 days"),
        ("Loyalty points", "6 180", "Platinum at 8 000"),
    ),
    bill_heads=("Bill", "Amount", "Due", "Status"),
    bills=(
        ("Nov 2026", "27 400", "Due 5 Dec", "Open"),
        ("Oct 2026", "18 500", "9 days late", "Overdue"),
        ("Sep 2026", "31 900", "Paid 2 Oct", "Paid"),
        ("Aug 2026", "27 400", "Paid 1 Sep", "Paid"),
    ),
    channels=("All channels", "Calls", "Messages", "Digital"),
    days=("Today", "Earlier this week"),
    events=(
        (
            "Inbound call, 6 min 12 s",
            "Fibre outage reported. Line test run: ONT offline.",
            "F. Ndoye · Fault report",
            "09:31",
            "Ticket TT-88213",
        ),
        (
            "WhatsApp conversation",
            "“Is there a cut in Plateau? My internet is down since this morning.”",
            "Bot, then handed to an agent",
            "09:18",
            "",
        ),
        (
            "Viewed offer in app: Fibre 300",
            "Spent 48 s on the price page; no purchase.",
            "MyMeridian app",
            "Fri 20:04",
            "",
        ),
        (
            "Visit to Dakar Plateau store",
            "SIM swap completed, identity checked.",
            "M. Sow · Store 014",
            "Thu 11:26",
            "",
        ),
        ("E-mail sent: October bill reminder", "Opened twice, no payment.", "Dunning process, step 2", "Wed 08:00", ""),
    ),
    offers=(
        ("Fibre 300 upgrade", "Score 87", "Viewed in app, 412 GB used, 2 faults", "+6 000"),
        ("Family data share", "Score 64", "3 members share one address", "+3 500"),
    ),
    offer_actions=("Not now", "Present"),
    price_unit="FCFA / month",
    ticket_count="3",
    tickets=(
        ("Home fibre down, ONT offline", "Resolve in 01:24", "Field team · P2"),
        ("Wrong TV bundle on October bill", "Breached by 3 h", "Billing back office · P3"),
        ("Roaming activation request", "Resolve in 2 d", "Tier 1 · P4"),
    ),
    profile_labels=("Legal name", "National ID", "Born", "E-mail", "Address", "Household", "Agent notes"),
    profile=(
        "Awa Marième Ndiaye",
        "••••• 0318",
        "14 Jun 1988",
        "a•••@mail.sn",
        "12 rue Carnot, Dakar",
        "3 members · 4 lines",
        "Prefers calls after 17:00",
    ),
    consents_label="Consents",
    consents=(("SMS offers", True), ("WhatsApp", True), ("Profiling", False)),
    masked_note="Sensitive data masked for your role. Reveals are logged.",
    states=("The network monitor does not answer at the moment.", "No loyalty account yet"),
    old=("Bonus points", "old, 3 hours", "The system does not answer at the moment. This is what it said 3 hours ago."),
)

ARABIC = Texts(
    name="نور الشناوي",
    crumbs=("العملاء", "الأفراد"),
    badges=("نشط", "ذهبي", "تفضّل العربية · واتساب"),
    facts=("EG-2093-5581", "+20 10 •••• 4418", "القاهرة، الزمالك", "عميلة منذ مارس ٢٠١٧"),
    actions=("اتصال", "رسالة", "تذكرة جديدة"),
    tabs=(
        ("نظرة عامة", ""),
        ("الخط الزمني", ""),
        ("المنتجات", "٦"),
        ("الفواتير", ""),
        ("التذاكر", "٣"),
        ("الموافقات", ""),
        ("السجل", ""),
    ),
    alerts=(
        ("العطل الثاني خلال ٣٠ يومًا على إنترنت المنزل.", "أولوية في المعالجة؛ يُسمح برصيد حتى ١٥٠ ج.م.", "تطبيق الرصيد"),
        ("تنتهي صلاحية الهوية خلال ١٢ يومًا", "طلب تحديث"),
    ),
    kpis=(
        ("القيمة مدى الحياة", "٤٨٬٢٠٠", "ج.م", "+٨٪"),
        ("الإيراد الشهري", "٩٣٥", "ج.م", ""),
        ("متأخرات", "٦٤٠", "ج.م", "٩ أيام"),
        ("الرضا", "٧٫٢", "/ ١٠", "−١٫١"),
        ("خطر المغادرة", "متوسط", "", "٠٫٤٦"),
    ),
    panels=(
        "المنتجات والاشتراكات",
        "الأرصدة والفواتير",
        "الخط الزمني للتفاعلات",
        "أفضل العروض التالية",
        "التذاكر المفتوحة",
        "الملف الشخصي",
        "الشبكة",
        "الولاء",
        "الاستهلاك",
    ),
    sources=(
        ("المخزون", "قبل ٤ د"),
        ("الفوترة", "مباشر، ٢ ث"),
        ("القنوات", "مباشر"),
        ("محرك القرار", "نموذج ١٤"),
        ("التذاكر", "مباشر"),
        ("CRM", "مرجعي"),
    ),
    view_all="عرض الكل (٦)",
    product_heads=("المنتج", "الاستهلاك", "الحالة", "ج.م / شهر"),
    products=(
        ("موبايل ماكس ٤٠ جيجا", "يتجدد ١ ديسمبر", "٣١٫٢ من ٤٠ جيجا", "نشط", "٣٨٠"),
        ("فايبر منزلي ١٠٠", "عطل منذ ٠٩:١٢ · الجهاز غير متصل", "٤١٢ جيجا · بلا حد", "متدهور", "٤٦٠"),
        ("محفظة ميريديان", "محفظة · الحد ٦٠٬٠٠٠ ج.م", "٢٬٨٤٠ ج.م", "نشط", ""),
        ("باقة العائلة التلفزيونية", "إضافة على فايبر منزلي ١٠٠", "لعدم السداد", "معلّق", "٩٥"),
    ),
    open_billing="فتح في الفوترة",
    balances=(
        ("الرصيد الأساسي", "١١٨ ج.م", "صالح حتى ٣٠ نوفمبر"),
        ("بيانات مجانية", "٢٫٠ جيجا", "تنتهي خلال يومين"),
        ("نقاط الولاء", "٦٬١٨٠", "بلاتيني عند ٨٬٠٠٠"),
    ),
    bill_heads=("الفاتورة", "المبلغ", "الاستحقاق", "الحالة"),
    bills=(
        ("نوفمبر ٢٠٢٦", "٩٣٥", "تستحق ٥ ديسمبر", "مفتوحة"),
        ("أكتوبر ٢٠٢٦", "٦٤٠", "متأخرة ٩ أيام", "متأخرة"),
        ("سبتمبر ٢٠٢٦", "١٬٠٩٠", "سُدّدت ٢ أكتوبر", "مسدّدة"),
        ("أغسطس ٢٠٢٦", "٩٣٥", "سُدّدت ١ سبتمبر", "مسدّدة"),
    ),
    channels=("كل القنوات", "مكالمات", "رسائل", "رقمي"),
    days=("اليوم", "في وقت سابق من الأسبوع"),
    events=(
        (
            "مكالمة واردة، ٦ د ١٢ ث",
            "بلاغ عن انقطاع الفايبر. أُجري فحص الخط: الجهاز غير متصل.",
            "سارة عادل · بلاغ عطل",
            "٠٩:٣١",
            "تذكرة TT-88213",
        ),
        (
            "محادثة واتساب",
            "«هل يوجد انقطاع في الزمالك؟ الإنترنت مقطوع منذ الصباح.»",
            "المساعد الآلي ثم تحويل إلى موظف",
            "٠٩:١٨",
            "",
        ),
        ("شاهدت عرض فايبر ٣٠٠ في التطبيق", "٤٨ ثانية في صفحة السعر دون شراء.", "تطبيق ميريديان", "الجمعة ٢٠:٠٤", ""),
        ("زيارة فرع الزمالك", "استبدال الشريحة والتحقق من الهوية.", "م. فوزي · فرع ٠١٤", "الخميس ١١:٢٦", ""),
        ("بريد: تذكير بفاتورة أكتوبر", "فُتح مرتين دون سداد.", "عملية التحصيل، الخطوة ٢", "الأربعاء ٠٨:٠٠", ""),
    ),
    offers=(
        ("الترقية إلى فايبر ٣٠٠", "الدرجة ٨٧", "شاهدته في التطبيق، ٤١٢ جيجا، عطلان", "+١٨٠"),
        ("مشاركة بيانات العائلة", "الدرجة ٦٤", "٣ أفراد على عنوان واحد", "+١٠٥"),
    ),
    offer_actions=("ليس الآن", "تقديم العرض"),
    price_unit="ج.م / شهر",
    ticket_count="٣",
    tickets=(
        ("انقطاع فايبر المنزل، الجهاز غير متصل", "متبقٍّ ٠١:٢٤", "فريق ميداني · P2"),
        ("باقة تلفزيون خاطئة في فاتورة أكتوبر", "تجاوز بـ ٣ ساعات", "مكتب الفوترة · P3"),
        ("طلب تفعيل التجوال", "متبقٍّ يومان", "المستوى الأول · P4"),
    ),
    profile_labels=("الاسم القانوني", "الرقم القومي", "تاريخ الميلاد", "البريد", "العنوان", "الأسرة", "ملاحظات"),
    profile=(
        "نور محمد الشناوي",
        "••••• ٠٣١٨",
        "١٤ يونيو ١٩٨٨",
        "n•••@mail.eg",
        "١٢ شارع البرازيل، الزمالك",
        "٣ أفراد · ٤ خطوط",
        "تفضّل الاتصال بعد ١٧:٠٠",
    ),
    consents_label="الموافقات",
    consents=(("عروض SMS", True), ("واتساب", True), ("التحليل السلوكي", False)),
    masked_note="البيانات الحساسة محجوبة حسب دورك، ويُسجَّل كل إظهار.",
    states=("مراقبة الشبكة لا تستجيب حاليًا.", "لا يوجد حساب ولاء بعد"),
    old=("نقاط المكافآت", "قديم، ٣ ساعات", "النظام لا يستجيب حاليًا. هذا ما أجاب به قبل ٣ ساعات."),
)
