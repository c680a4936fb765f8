// The form as a whole: names, version, keeping, and how it lies on paper.
import { h, iconButton } from "../studio/html";
import { t } from "../studio/page";
import { choose, input, labelled, pair, section, tick } from "./controls";
import { type Group, type Node, data, object, text } from "./data";
import type { Model } from "./model";

type Words = (model: Model, node: Node | Group, key: string, label: string, long?: boolean) => HTMLElement;

function page(model: Model): Node {
  return object(model.form["x-page"]);
}

function setPage(model: Model, key: string, value: unknown, typing = false): void {
  model.change(`page-${key}`, (form) => {
    const next = { ...object(form["x-page"]) };
    if (value === "" || value === false || value === undefined) delete next[key];
    else next[key] = value;
    if (Object.keys(next).length) form["x-page"] = next;
    else delete form["x-page"];
  }, typing);
}

function keeping(model: Model): HTMLElement {
  const found = /^P(\d{1,4})([YMD])$/.exec(text(model.form, "x-retention"));
  let [amount, unit] = [found?.[1] ?? "", found?.[2] ?? "Y"];
  const put = (typing: boolean): void =>
    model.change("retention", (form) => {
      if (/^\d{1,4}$/.test(amount)) form["x-retention"] = `P${Number(amount)}${unit}`;
      else if (!amount) delete form["x-retention"];
    }, typing);
  const number = input(amount, (value) => {
    amount = value.trim();
    put(true);
  }, { inputmode: "numeric", maxlength: 4 });
  const units = choose([["Y", t("年")], ["M", t("个月")], ["D", t("天")]], unit, (value) => {
    unit = value;
    put(false);
  }, t("保存期限的单位"));
  return pair(labelled(t("保存期限"), number, "x-retention"), h("div", { class: "field" }, h("span", { class: "label" }, t("单位")), units));
}

const USUAL = [["填表人", "Filled in by"], ["审核", "Checked by"], ["批准", "Approved by"]];

function signers(model: Model): HTMLElement {
  const found = page(model)["signers"];
  const lines: Node[] = Array.isArray(found) ? found.map(object) : [];
  const put = (next: Node[], typing = false): void => setPage(model, "signers", next.length ? next : undefined, typing);
  const rows = lines.map((line, at) =>
    h("li", { class: "fb-option" },
      input(text(line, "title"), (value) => put(lines.map((one, n) => (n === at ? Object.assign(one, { title: value }) : one)), true), { "aria-label": t("第 {n} 个签字栏", { n: at + 1 }), maxlength: 40 }),
      input(text(line, "titleEn"), (value) => put(lines.map((one, n) => (n === at ? Object.assign(one, { titleEn: value }) : one)), true), { "aria-label": t("第 {n} 个签字栏的英文", { n: at + 1 }), placeholder: "English", maxlength: 40 }),
      iconButton(t("去掉"), "close", () => put(lines.filter((_one, n) => n !== at)))));
  const add = (): void => {
    const [title, titleEn] = USUAL[lines.length] ?? [t("会签"), "Countersigned"];
    put([...lines, { title, titleEn }]);
  };
  return h("div", { class: "field", "data-line": "x-page" }, h("span", { class: "label" }, t("页脚签字栏")), h("ol", { class: "fb-options" }, ...rows),
    lines.length ? null : h("p", { class: "hint" }, t("没有指定时是填表、审核、批准。")),
    lines.length < 6 ? h("button", { type: "button", class: "btn s", onclick: add }, t("加签字栏")) : null);
}

export function formPart(model: Model, words: Words): (HTMLElement | null)[] {
  const form = model.form;
  const paper = page(model);
  const pageWords = (key: string, label: string): HTMLElement =>
    labelled(label, input(text(paper, key), (value) => setPage(model, key, value, true), { maxlength: 40 }));
  return [
    section("", words(model, form, "title", t("表单名称")), words(model, form, "x-titleEn", t("英文名称")),
      pair(labelled(t("编号"), h("input", { class: "input s", value: data.code, readonly: true })), words(model, form, "x-version", t("版本"))),
      words(model, form, "x-owner", t("谁负责这张表")), keeping(model)),
    section(t("哪些步骤在填"), h("p", { class: "t13" }, data.uses.length ? data.uses.map((use) => use.name).join("、") : t("还没有步骤用它")),
      data.stray ? h("p", { class: "hint" }, t("另有 {n} 条规则不是在这里做的，会原样保留。", { n: data.stray })) : null),
    section(t("打印"), pair(
      labelled(t("每行几栏"), choose([["1", "1"], ["2", "2"], ["3", "3"]], String(paper["columns"] ?? 2), (value) => setPage(model, "columns", value === "2" ? undefined : Number(value)))),
      labelled(t("纸张方向"), choose([["", t("竖放")], ["yes", t("横放")]], paper["landscape"] === true ? "yes" : "", (value) => setPage(model, "landscape", value === "yes")))),
      pair(pageWords("secrecy", t("保密级别")), pageWords("secrecyEn", t("保密级别的英文"))),
      signers(model), tick(t("留归档号一栏"), paper["archive"] === true, (on) => setPage(model, "archive", on)),
      h("p", { class: "hint" }, t("页眉印公司、编号、版本；页脚印保存期限和页码。"))),
  ];
}
