const files = import.meta.glob<Record<string, unknown>>("./*.json", { eager: true, import: "default" });

/** Each file is a section: `data.json` holds the words `data.…`. */
export default Object.fromEntries(Object.entries(files).map(([path, words]) => [path.slice(2, -5), words]));
