import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";

const statics = resolve(import.meta.dirname, "../bihuan/web/static");

/** Gives the icon sprite a name with a hash, so that browsers may keep it for ever. */
function sprite(): Plugin {
  let fileName = "";
  return {
    name: "bihuan-sprite",
    generateBundle() {
      const source = readFileSync(resolve(statics, "icons.svg"));
      fileName = `assets/icons.${createHash("sha256").update(source).digest("hex").slice(0, 12)}.svg`;
      this.emitFile({ type: "asset", fileName, source });
    },
    writeBundle: {
      order: "post",
      async handler(options) {
        const { readFile, writeFile } = await import("node:fs/promises");
        const path = resolve(options.dir ?? statics, "manifest.json");
        const manifest = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
        manifest["icons.svg"] = { file: fileName, src: "icons.svg" };
        await writeFile(path, JSON.stringify(manifest, null, 2) + "\n");
      },
    },
  };
}

export default defineConfig({
  base: "./",
  publicDir: false,
  plugins: [sprite()],
  build: {
    outDir: resolve(statics, "dist"),
    emptyOutDir: true,
    manifest: "manifest.json",
    // Inlined images would be data: addresses, which the content security policy does not allow.
    assetsInlineLimit: 0,
    modulePreload: false,
    rollupOptions: {
      input: ["src/main.ts", "src/studio/main.ts", "src/formbuilder/main.ts", "src/tables/main.ts"].map((each) => resolve(import.meta.dirname, each)),
      output: {
        // Twelve hex digits between dots is what the static file server takes for "never changes".
        hashCharacters: "hex",
        entryFileNames: "assets/[name].[hash:12].js",
        chunkFileNames: "assets/[name].[hash:12].js",
        assetFileNames: "assets/[name].[hash:12][extname]",
      },
    },
  },
});
