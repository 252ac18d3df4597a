const PATHS = {
  overview: "M4 13h6V4H4zm10 7h6v-9h-6zM4 20h6v-4H4zM14 4v4h6V4z",
  data: "M4 6c0-1.7 3.6-3 8-3s8 1.3 8 3-3.6 3-8 3-8-1.3-8-3m0 0v12c0 1.7 3.6 3 8 3s8-1.3 8-3V6M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3",
  doubts: "M12 4 2.5 20h19zM12 10v5m0 2.5v.1",
  inventory: "M4 4h16v16H4zM4 9h16M4 14.500h16M10 9v11",
  factors: "M12 3 3 7.500l9 4.500 9-4.500zM3 12l9 4.500 9-4.500M3 16.500 12 21l9-4.500",
  methods: "M6 3h9l4 4v14H6zM14 3v5h5M9 12h7M9 16h7",
  releases: "M4 8h16v13H4zM8 8V6a4 4 0 0 1 8 0v2M12 13v3",
  roads: "M4 20h6a4 4 0 0 0 0-8h-.5a4 4 0 0 1 0-8H17m-3-3 3 3-3 3M19.500 20h.1",
  map: "m3 6 6-3 6 3 6-3v15l-6 3-6-3-6 3zM9 3v15M15 6v15",
  jobs: "M12 3a9 9 0 1 0 9 9M12 7v5l3 3M16 3.800l4-.8-.8 4",
  admin: "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7m-6 9c0-3.500 2.700-6 6-6s6 2.500 6 6M15.500 4.500a3.500 3.500 0 0 1 0 6M21 20c0-2.800-1.500-5-4-5.800",
  catalogue: "M5 5.500h.1M5 12h.1M5 18.500h.1M9 5.500h11M9 12h11M9 18.500h11",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18m0 8v6m0-9v.1",
  down: "m6 9 6 6 6-6",
  close: "M5 5l14 14M19 5 5 19",
  filter: "M3 5h18l-7 8v6l-4-2v-4z",
  moon: "M20 14.500A8.500 8.500 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8m0-6v3m0 14v3M2 12h3m14 0h3M5 5l2 2m10 10 2 2M5 19l2-2M17 7l2-2",
  upload: "M12 16V4m-5 5 5-5 5 5M4 15v5h16v-5",
  place: "M12 21s7-6.500 7-12a7 7 0 1 0-14 0c0 5.500 7 12 7 12m0-9.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5",
  time: "M4 6h16v15H4zM4 10h16M8 3v4M16 3v4",
  standard: "M12 3v18M6 21h12M4 7h16M4 7l-2 7h4zm16 0-2 7h4z",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8m-8 9c0-4 3.500-6.500 8-6.500s8 2.500 8 6.500",
} as const;

export type IconName = keyof typeof PATHS;

/** A drawing beside a word; where it stands alone, what holds it needs a label. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.7" strokeLinejoin="round" strokeLinecap="round" aria-hidden="true" className="icon">
      <path d={PATHS[name]} />
    </svg>
  );
}
