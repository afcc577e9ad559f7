-- Asks for the paths in the file PATHS in turn; prints one line of figures for the run.
local asked, at = {}, 0

init = function()
  for path in io.lines(os.getenv("PATHS")) do
    asked[#asked + 1] = wrk.format("GET", path)
  end
end

request = function()
  at = at % #asked + 1
  return asked[at]
end

done = function(summary, latency)
  local failed = summary.errors
  io.write(string.format("FIGURES %d %d %d %f\n", summary.requests, summary.duration,
    failed.connect + failed.read + failed.write + failed.status + failed.timeout, latency:percentile(50)))
end
