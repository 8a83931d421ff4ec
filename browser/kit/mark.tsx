const marks = {
  gate: 'M6 21v-9a6 6 0 0 1 12 0v9M12 13.2v6.3M12 12.2v.01',
  check: 'm5 12.5 4.6 4.6L19.2 7',
  cross: 'm6.5 6.5 11 11m0-11-11 11',
  pause: 'M9 6v12m6-12v12',
  clock: 'M12 7v5.4l3.4 2M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17',
  warning: 'M12 8.5v4.7m0 3.2v.01M12 3.8 2.9 19.5h18.2L12 3.8',
  link: 'm10 14 4-4m-2.8-3.2 1.6-1.6a4 4 0 0 1 5.7 5.7L17 12.4M12.8 17.2l-1.6 1.6a4 4 0 0 1-5.7-5.7L7 11.6',
  swap: 'M4 9h13m-4-4 4 4-4 4M20 16H7m4-4-4 4 4 4',
  key: 'M14.5 9.5a4 4 0 1 1-4-4 4 4 0 0 1 4 4m-1.2 2.8 7.2 7.2m-3-3 1.8-1.8',
  phone: 'M8 3h8a1.5 1.5 0 0 1 1.5 1.5v15A1.5 1.5 0 0 1 16 21H8a1.5 1.5 0 0 1-1.5-1.5v-15A1.5 1.5 0 0 1 8 3m3 15h2',
  stopped: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M6.2 6.2l11.6 11.6',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4.5 20.5c.7-3.7 3.7-5.5 7.5-5.5s6.8 1.8 7.5 5.5',
  digits:
    'M5 7h14a1.5 1.5 0 0 1 1.5 1.5v7A1.5 1.5 0 0 1 19 17H5a1.5 1.5 0 0 1-1.5-1.5v-7A1.5 1.5 0 0 1 5 7m3 5v.01m4-.01v.01m4-.01v.01',
  code: 'M4.5 4.5h5.5V10H4.5zm9.5 0h5.5V10H14zm-9.5 9.5h5.5v5.5H4.5zm9.5 0v2.5m5.5-2.5v5.5H16.5',
  card: 'M5 5.5h14A1.5 1.5 0 0 1 20.5 7v10a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 17V7A1.5 1.5 0 0 1 5 5.5m2.5 5h3v3h-3zm7.5 0h2.5m-2.5 3h2.5',
  onward: 'm9 5.5 6.5 6.5L9 18.5',
} as const;

/** The kinds of {@link Mark}. */
export type MarkName = keyof typeof marks;

/** A drawing that says in little what the words beside it say. */
export function Mark({ name }: { readonly name: MarkName }) {
  return (
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
      <path d={marks[name]} />
    </svg>
  );
}
