/** What `/health` answers. */
import { type Address, Connection } from './connection.ts';

export async function healthOf(address: Address): Promise<number> {
  const connection = await Connection.open(address);
  try {
    const { status } = await connection.exchange(
      Buffer.from(`GET /health HTTP/1.1\r\nHost: torture.test\r\nConnection: close\r\n\r\n`),
    );
    return status;
  } finally {
    connection.close();
  }
}
