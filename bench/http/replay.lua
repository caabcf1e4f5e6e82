-- Sends the requests of a file, each once and in order, from the one that is named on.
-- Arguments: file, bytes of each request, first request, whether it may begin again ("again") or not ("once").

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  file = assert(io.open(args[1], "rb"))
  file:setvbuf("full", 1048576)
  bytes = tonumber(args[2])
  again = args[4] == "again"
  exhausted = 0
  file:seek("set", bytes * tonumber(args[3]))
end

function request()
  local text = file:read(bytes)
  if text == nil then
    if not again then exhausted = 1 end
    file:seek("set", 0)
    text = file:read(bytes)
  end
  return text
end

function done(summary, latency)
  local exhausted = 0
  for _, thread in ipairs(threads) do exhausted = exhausted + thread:get("exhausted") end
  local errors = summary.errors
  print(string.format(
    'RESULT {"requests":%d,"microseconds":%d,"notSuccess":%d,"broken":%d,"late":%d,"exhausted":%d,"p50Us":%d,"p99Us":%d}',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write, errors.timeout,
    exhausted, latency:percentile(50), latency:percentile(99)))
end
