/** Where reports are. */
export const reportOf = (id: string): string => `/reports/${encodeURIComponent(id)}`;
