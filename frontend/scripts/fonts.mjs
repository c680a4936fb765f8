// Puts the two cuts of Noto Sans SC that the printed documents need where the server looks for them.
// Runs after every build; a file that is already there in the same size is left alone.
import { copyFileSync, existsSync, mkdirSync, statSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const source = resolve(root, "node_modules/@expo-google-fonts/noto-sans-sc");
const target = resolve(process.env.BIHUAN_VAR ?? resolve(root, "../var"), "fonts");

mkdirSync(target, { recursive: true });
for (const [from, name] of [
  ["400Regular/NotoSansSC_400Regular.ttf", "NotoSansSC-Regular.ttf"],
  ["700Bold/NotoSansSC_700Bold.ttf", "NotoSansSC-Bold.ttf"],
]) {
  const path = resolve(source, from);
  const copy = resolve(target, name);
  if (!existsSync(copy) || statSync(copy).size !== statSync(path).size) copyFileSync(path, copy);
}
copyFileSync(resolve(source, "LICENSE_FONT"), resolve(target, "LICENSE"));
