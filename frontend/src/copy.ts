// A press copies what a field shows: links and tokens that are shown once.
import { data, on } from "./dom";
import { toast } from "./toast";

/** Without a secure address browsers offer no clipboard: the text stays selected, to be copied by hand. */
async function copy(source: HTMLInputElement): Promise<boolean> {
  source.select();
  try {
    await navigator.clipboard.writeText(source.value);
    return true;
  } catch {
    return document.execCommand("copy");
  }
}

export function startCopying(): void {
  on("click", "[data-copy]", (button) => {
    const source = document.getElementById(data(button, "copy"));
    if (!(source instanceof HTMLInputElement)) return;
    void copy(source).then((done) => {
      if (done) toast(data(button, "copied"));
    });
  });
}
