// Amounts of time as people say them, and as ISO 8601 writes them.
import { t } from "./page";

export type Unit = "minutes" | "hours" | "workdays" | "clock-hours" | "clock-days";

export interface Amount {
  number: string;
  unit: Unit;
}

const ISO = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** Seconds of an ISO 8601 duration of fixed length, else null. */
export function seconds(iso: string): number | null {
  const found = ISO.exec(iso.trim());
  if (!found || iso.trim().length < 3) return null;
  const [, weeks, days, hours, minutes, rest] = found.map((part) => Number(part ?? 0));
  return (((weeks ?? 0) * 7 + (days ?? 0)) * 24 + (hours ?? 0)) * 3600 + (minutes ?? 0) * 60 + (rest ?? 0);
}

export function iso(amount: Amount): string {
  const number = Number(amount.number);
  if (!Number.isFinite(number) || number <= 0) return "";
  const minutes = Math.round(number * (amount.unit === "minutes" ? 1 : amount.unit === "clock-days" ? 1440 : 60));
  if (amount.unit === "clock-days" && Number.isInteger(number)) return `P${number}D`;
  const hours = Math.floor(minutes / 60);
  return `PT${hours ? `${hours}H` : ""}${minutes % 60 || !hours ? `${minutes % 60}M` : ""}`;
}

/** How a deadline is shown in fields; null where nothing of ours says it. */
export function amountOf(duration: string, workdays: string, calendar: string): Amount | null {
  if (workdays) return { number: workdays, unit: "workdays" };
  const total = seconds(duration);
  if (total === null) return null;
  const around = calendar === "24x7";
  if (around && total % 86400 === 0 && total) return { number: String(total / 86400), unit: "clock-days" };
  if (!around && total < 3600) return { number: String(total / 60), unit: "minutes" };
  if (total % 1800 && !around) return { number: String(total / 60), unit: "minutes" };
  return { number: String(Math.round((total / 3600) * 100) / 100), unit: around ? "clock-hours" : "hours" };
}

export function unitWords(): Record<Unit, string> {
  return {
    minutes: t("工作分钟"),
    hours: t("工作小时"),
    workdays: t("工作日"),
    "clock-hours": t("自然小时"),
    "clock-days": t("自然日"),
  };
}

/** “4 工作小时”, for the line below a step's name. */
export function said(amount: Amount | null): string {
  return amount ? `${amount.number} ${unitWords()[amount.unit]}` : "";
}
