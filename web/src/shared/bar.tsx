/** How far something is, 0 to 1; red where it failed. */
export function Bar({ share, label, failed = false, width }: { share: number; label: string; failed?: boolean; width?: number }) {
  const percent = Math.floor(Math.min(1, Math.max(0, share)) * 100);
  return (
    <div className="row bar" style={{ width }}>
      <div role="progressbar" aria-label={label} aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100} className={failed ? "failed" : undefined}>
        <span style={{ width: `${percent}%` }} />
      </div>
      <small className="quiet">{percent} %</small>
    </div>
  );
}
