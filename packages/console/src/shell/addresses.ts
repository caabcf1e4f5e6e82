/** Addresses of what the console shows, as the router has them. */

/** Of an event, or a refused request. */
export function requestAddress(id: string): string {
  return `/requests/${encodeURIComponent(id)}`;
}

export function deliveryAddress(event: string, destination: string): string {
  return `/deliveries/${encodeURIComponent(event)}/${encodeURIComponent(destination)}`;
}

export function destinationAddress(name: string): string {
  return `/destinations?q=${encodeURIComponent(name)}`;
}

export function gateAddress(name: string): string {
  return `/gates/${encodeURIComponent(name)}`;
}
