process.send?.({ type: 'tally', tally: { accepted: 1 } });
process.send?.({ type: 'end', maxRssKiB: 1024 });
process.disconnect();
