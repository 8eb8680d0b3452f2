const pattern = /^(\d{4,6})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(\.\d+)?Z?$/;

/** The zone of this machine, such as `Europe/Berlin`. */
export const localZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The moment that a text in UTC (`2024-01-31 10:11:12.5`) stands for, in milliseconds since 1970, its fraction of a second cut off; undefined when it is no such text. */
export function momentOf(text: string): number | undefined {
  const parts = pattern.exec(text);
  if (parts === null) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number);
  const date = new Date(0);
  // Date.UTC would take the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const moment = date.getTime();
  return Number.isNaN(moment) ? undefined : moment;
}

/** A moment in milliseconds since 1970 as the clocks of this machine's zone show it. */
export function clockTime(moment: number): string {
  const date = new Date(moment);
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** A text in UTC as the clocks of this machine's zone show it, with all digits of its second; what is no such text stays as it is. */
export function localTime(text: string): string {
  const moment = momentOf(text);
  return moment === undefined ? text : clockTime(moment) + (/\.\d+/.exec(text)?.[0] ?? '');
}
