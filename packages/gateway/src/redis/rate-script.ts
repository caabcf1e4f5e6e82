/**
 * Token buckets in Redis, those of `rate-limit.ts`: one key each, a hash of `credit` and `at`, that expires once its bucket is full again, which is what a bucket is that is not there.
 * By the clock of Redis: one for all gateways. By theirs the one that is ahead would fill the buckets of all, and leave them empty for as long when it goes.
 *
 * ARGV, of each key in turn: requests, the milliseconds that they are for, and the credit of a full bucket. A request costs those milliseconds, and a
 * millisecond gives `requests`. Answers which key has refused, 0 for none, and after how many milliseconds it will not.
 */
export const TAKE_RATES = `
local time = redis.call('TIME')
local nowMs = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
for i, key in ipairs(KEYS) do
  local requests, perMs, full = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  local bucket = redis.call('HMGET', key, 'credit', 'at')
  local credit, atMs = tonumber(bucket[1] or full), tonumber(bucket[2] or nowMs)
  credit = math.min(full, credit + math.max(0, nowMs - atMs) * requests)
  local left = credit < perMs and credit or credit - perMs
  if left ~= credit or atMs > nowMs then
    redis.call('HSET', key, 'credit', string.format('%.0f', left), 'at', string.format('%.0f', nowMs))
    redis.call('PEXPIRE', key, string.format('%.0f', math.ceil((full - left) / requests)))
  end
  if credit < perMs then return {i, math.ceil((perMs - credit) / requests)} end
end
return {0, 0}
`;
