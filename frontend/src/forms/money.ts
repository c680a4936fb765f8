// Amounts in capital Chinese characters, as the server prints them (bihuan/documents/money.py).
const DIGITS = "零壹贰叁肆伍陆柒捌玖";
const PLACES = ["", "拾", "佰", "仟"];
const MYRIADS = ["", "万", "亿", "万亿"];

function four(figures: string): string {
  let said = "";
  [...figures].forEach((figure, at) => {
    if (figure !== "0") said += (DIGITS[Number(figure)] ?? "") + (PLACES[figures.length - 1 - at] ?? "");
    else if (said && !said.endsWith("零")) said += "零";
  });
  return said.replace(/零$/, "");
}

function whole(figures: string): string {
  let said = "";
  const groups = (figures.length % 4 ? figures.padStart(figures.length + 4 - (figures.length % 4), "0") : figures).match(/.{4}/g) ?? [];
  let gap = false;
  groups.forEach((group, at) => {
    const words = four(group.replace(/^0+/, ""));
    if (!words) {
      gap = said !== "";
      return;
    }
    if (said && (gap || group.startsWith("0"))) said += "零";
    gap = false;
    said += words + (MYRIADS[groups.length - 1 - at] ?? "");
  });
  return said;
}

/** 壹仟贰佰元伍角 for "1200.5"; "" for what is no amount below a trillion. */
export function capital(amount: string): string {
  const found = /^([-+]?)0*(\d{1,12}?)(?:\.(\d*))?$/.exec(amount);
  if (!found) return "";
  const cents = Math.round(Number(`0.${found[3] || "0"}`) * 100 + 1e-9);
  const figures = String(BigInt(found[2] ?? "0") + (cents === 100 ? 1n : 0n));
  const [jiao, fen] = cents === 100 ? [0, 0] : [Math.floor(cents / 10), cents % 10];
  if (figures.length > 12) return "";
  const sign = found[1] === "-" && (figures !== "0" || jiao || fen) ? "负" : "";
  const yuan = figures === "0" ? "" : `${whole(figures)}元`;
  if (!jiao && !fen) return `${sign}${yuan || "零元"}整`;
  const small = (jiao ? `${DIGITS[jiao] ?? ""}角` : yuan ? "零" : "") + (fen ? `${DIGITS[fen] ?? ""}分` : "");
  return sign + yuan + small;
}
