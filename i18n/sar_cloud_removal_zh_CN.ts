<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
    <context>
        <name>SarCloudRemoval</name>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>Adapt network to scene</source>
            <translation>使网络适应场景</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>Fine-tunes a network on your own layers where they are clear, for use in Remove clouds.</source>
            <translation>在您自己图层的无云部分上微调网络，供“云去除”使用。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>adapt</source>
            <translation>适应</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>A network that was trained elsewhere does not know your land, its season and how your data were processed. This lays made-up clouds over clear parts of your own layers and lets the network learn to take them away: over the clear parts of the cloudy layer, and over clear dates of the same place, which help most. The weights that it writes are chosen in Remove clouds as «Own weights».</source>
            <translation>在别处训练的网络不了解您的地区、季节以及数据的处理方式。本算法在您自己图层的无云部分上叠加合成云，让网络学习将其去除：既利用有云图层中的无云部分，也利用同一地点的无云日期，后者帮助最大。所写出的权重可在“云去除”的“自有权重”中选用。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>It is scored on clear pixels and dates that it does not learn from. Where that does not get better, the given weights are written as they are, and the log says so. Use the result for this place only.</source>
            <translation>评分所用的是未参与学习的无云像素和日期。若评分没有提高，则原样写出所给的权重，并在日志中说明。结果只适用于该地点。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>The weights to start from; default takes the first of those that ship.</source>
            <translation>作为起点的权重；default 取随插件提供的第一个。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>Seed</source>
            <translation>随机种子</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>How long to train at most. It ends earlier when it gets no better.</source>
            <translation>最长训练时间。若不再提高，则提前结束。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>Another number draws other windows and other clouds.</source>
            <translation>换一个数即抽取另外的窗口和云。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>Adapted weights</source>
            <translation>适应后的权重</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Weights</source>
            <translation>权重</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>A .safetensors file for «Own weights» of Remove clouds.</source>
            <translation>供“云去除”的“自有权重”使用的 .safetensors 文件。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>PSNR before in dB</source>
            <translation>适应前的 PSNR（dB）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>PSNR after in dB</source>
            <translation>适应后的 PSNR（dB）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>Whether it helped</source>
            <translation>是否有帮助</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>What became of it</source>
            <translation>结果说明</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Seconds that it took</source>
            <translation>耗时（秒）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Device that computed</source>
            <translation>所用的计算设备</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>What is clear in it is learnt from.</source>
            <translation>其中无云的部分用于学习。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>Cloud mask</source>
            <translation>云掩膜</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>A one-band raster that is 0 where the cloudy layer is clear. Without a mask, what is surely clear is looked for: no haze, no shadow, a distance from clouds.</source>
            <translation>单波段栅格，有云图层中无云处为 0。若无掩膜，则自行寻找确定无云之处：没有霾，没有阴影，并与云保持距离。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>Clear dates</source>
            <translation>无云日期</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>Sentinel-2 layers of the same place on clear days, best of the same season. From three on, one is withheld as a whole to score by.</source>
            <translation>同一地点晴天的 Sentinel-2 图层，最好是同一季节。达到三个时，整个留出其中一个用于评分。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>Sentinel-1 of the clear dates</source>
            <translation>无云日期的 Sentinel-1</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>One for each clear date, in the same order. Nothing: the Sentinel-1 layer above is taken for all of them.</source>
            <translation>每个无云日期一个，顺序相同。留空：全部使用上面的 Sentinel-1 图层。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Region</source>
            <translation>区域</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>The part of the Sentinel-2 layer that is learnt from; nothing for all of it.</source>
            <translation>用于学习的 Sentinel-2 图层部分；留空表示整个图层。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>Minutes</source>
            <translation>分钟</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>there are {count} clear dates; choose as many, in the same order, or none</source>
            <translation>共有 {count} 个无云日期；请按相同顺序选择同样多个，或一个也不选</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/adapt_network.py"></location>
            <source>it is the cloudy layer</source>
            <translation>它就是有云图层</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/base.py"></location>
            <source>there are {known}</source>
            <translation>可选的有 {known}</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/base.py"></location>
            <source>it has to be a number of at least {low:g}</source>
            <translation>必须是不小于 {low:g} 的数</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Remove clouds</source>
            <translation>云去除</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Reconstructs the surface under the clouds of a Sentinel-2 layer with the help of Sentinel-1.</source>
            <translation>借助 Sentinel-1 重建 Sentinel-2 图层云下的地表。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>cloud removal</source>
            <translation>云去除</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Takes a cloudy Sentinel-2 layer and a Sentinel-1 layer of the same place, and reconstructs the surface under the clouds. The result has the grid, the bands and the scale of the Sentinel-2 layer and is drawn like it. A second layer shows where the network listened to the radar.</source>
            <translation>取同一地点的有云 Sentinel-2 图层和 Sentinel-1 图层，重建云下的地表。结果的格网、波段和比例与 Sentinel-2 图层相同，并以相同方式绘制。另一个图层显示网络在何处关注了雷达。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>The dates should be close together, at best within a few days. What is under thick cloud is an estimate: good for looking and for filling gaps, not a measurement.</source>
            <translation>两者的日期应当接近，最好相隔不过数天。厚云之下的内容是估计：适于查看和填补空缺，并非测量值。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Cloud cover in percent</source>
            <translation>云覆盖率（%）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>The result lies on this layer's grid.</source>
            <translation>结果采用此图层的格网。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Cloud mask: keep clear pixels</source>
            <translation>云掩膜：保留无云像素</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>A one-band raster in which clouds are not 0. Where it is 0, the pixels stay exactly as they are. Without a mask the whole image is reconstructed.</source>
            <translation>单波段栅格，云处不为 0。为 0 处的像素完全保持原样。若无掩膜，则重建整幅图像。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>The part of the Sentinel-2 layer that is computed; nothing for all of it.</source>
            <translation>要计算的 Sentinel-2 图层部分；留空表示整个图层。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>The weights that reconstruct; default takes the first of those that ship.</source>
            <translation>用于重建的权重；default 取随插件提供的第一个。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Quality (best: up to eight times slower)</source>
            <translation>质量（best：最多慢至八倍）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>best shows the network each tile in eight orientations, flipped and turned, and takes the mean of the eight answers: a little nearer to the truth, mostly smoother.</source>
            <translation>normal 为一般。best（最佳）让网络以八种翻转和旋转的方向查看每个分块，并取八个结果的平均：略更接近真实，多半更平滑。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Tile size in pixels</source>
            <translation>分块大小（像素）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Empty: the size that the network was trained with. A larger one needs more memory.</source>
            <translation>留空：网络训练时所用的大小。更大的分块需要更多内存。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Overlap of tiles in pixels</source>
            <translation>分块重叠（像素）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>How much neighbouring tiles share and blend. Empty: a quarter of a tile.</source>
            <translation>相邻分块共有并加以融合的宽度。留空：分块的四分之一。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Tiles computed at once</source>
            <translation>同时计算的分块数</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Empty: what suits the device. It is lowered by itself when memory runs out.</source>
            <translation>留空：取适合设备的数目。内存不足时自动减少。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Precision</source>
            <translation>精度</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>bfloat16 is faster on recent GPUs; auto uses it where it pays.</source>
            <translation>bfloat16 在较新的 GPU 上更快；auto（自动）在有利时使用它。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Feather in pixels</source>
            <translation>羽化宽度（像素）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Width of the blend between kept and reconstructed pixels, where a cloud mask is given.</source>
            <translation>给定云掩膜时，保留像素与重建像素之间过渡带的宽度。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Clouds removed</source>
            <translation>去云图像</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>GeoTIFF with the bands, the grid, the data type and the scale of the Sentinel-2 layer.</source>
            <translation>GeoTIFF，其波段、格网、数据类型和比例与 Sentinel-2 图层相同。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>SAR attention</source>
            <translation>SAR 注意力</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Band 1: how far the radar was let through (gate). Band 2: how much attention the place received.</source>
            <translation>波段 1：雷达特征被放行的程度（门控）。波段 2：该处得到的注意力。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Changed pixels</source>
            <translation>改变的像素</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>1 where a pixel was reconstructed, 0 where it was kept.</source>
            <translation>像素被重建处为 1，被保留处为 0。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Confidence (spread)</source>
            <translation>置信度（离散度）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Only with the quality best: the standard deviation of reflectance over the eight answers, mean of the bands; 0 where a pixel was kept. It says how far the network contradicts itself, and is not its error: that is many times larger, and a place where all eight agree can be as wrong.</source>
            <translation>仅用于质量 best：八个结果之间反射率的标准差，取各波段的平均；保留的像素处为 0。它表示网络自相矛盾的程度，而不是误差：误差要大许多倍，八个结果一致之处同样可能有错。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>it has to be less than a tile</source>
            <translation>必须小于分块</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>it compares the eight answers of the quality best, so choose that, or leave it out</source>
            <translation>它比较质量 best 的八个结果，因此请选择 best，或不输出它</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>to be made</source>
            <translation>要输出</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>{} — clouds removed</source>
            <translation>{} — 去云图像</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>{} — SAR attention</source>
            <translation>{} — SAR 注意力</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>{} — changed pixels</source>
            <translation>{} — 改变的像素</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>{} — confidence (spread)</source>
            <translation>{} — 置信度（离散度）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/remove_clouds.py"></location>
            <source>Network «{model}» on {device}, tiles: {tiles}, {seconds:.1f} s</source>
            <translation>网络“{model}”，设备 {device}，分块数：{tiles}，{seconds:.1f} 秒</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Sentinel-1 layer (VV and VH)</source>
            <translation>Sentinel-1 图层（VV 和 VH）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Sentinel-2 layer (cloudy)</source>
            <translation>Sentinel-2 图层（有云）</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Calibrated backscatter (GRD; sigma0 or gamma0) with a VV and a VH band, in decibel, as power or as amplitude. Its CRS and its pixel size may differ from those of Sentinel-2.</source>
            <translation>经定标的后向散射（GRD；sigma0 或 gamma0），含 VV 和 VH 波段，单位为分贝、功率或振幅。其坐标参照系和像素大小可与 Sentinel-2 不同。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>The original bands, 10 to 13 of them (L1C or L2A), as reflectance or as digital numbers. At least B2, B3, B4, B8, B11 and B12 have to be there.</source>
            <translation>原始波段，共 10 至 13 个（L1C 或 L2A），为反射率或数字量化值（DN）。至少须有 B2、B3、B4、B8、B11 和 B12。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Network</source>
            <translation>网络</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Own weights</source>
            <translation>自有权重</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>A .safetensors file of this plugin, instead of the network above.</source>
            <translation>本插件的 .safetensors 文件，代替上面的网络。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Device by its name</source>
            <translation>按名称指定设备</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Device</source>
            <translation>设备</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>auto takes an NVIDIA GPU (cuda) or an Apple GPU (mps) if there is one, else the CPU.</source>
            <translation>auto（自动）在有 NVIDIA GPU（cuda）或 Apple GPU（mps）时使用它，否则使用 CPU。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>One of several GPUs, such as cuda:1, instead of the device above.</source>
            <translation>多个 GPU 中的一个，例如 cuda:1，代替上面的设备。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Sentinel-2 bands</source>
            <translation>Sentinel-2 波段</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Names in the order of the file, such as B2,B3,B4,B8, with - for a band that is none of the 13. Empty: found by description, by name or by their number.</source>
            <translation>按文件中的顺序列出名称，例如 B2,B3,B4,B8；不属于 13 个波段的写 -。留空：按描述、名称或波段数识别。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <location filename="../model/bands.py"></location>
            <source>Sentinel-2 scale</source>
            <translation>Sentinel-2 比例</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Reflectance is (value + offset) / scale: 10000 for digital numbers, 1 for reflectance. Empty: found from the metadata or the values.</source>
            <translation>反射率 =（数值 + 偏移）/ 比例：数字量化值（DN）用 10000，反射率用 1。留空：由元数据或数值判断。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <location filename="../model/bands.py"></location>
            <source>Sentinel-2 offset</source>
            <translation>Sentinel-2 偏移</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>-1000 for products of baseline 04.00 (since 2022) as they are delivered, else 0. Empty: found from the metadata or the values.</source>
            <translation>处理基线 04.00（2022 年起）的原始产品为 -1000，否则为 0。留空：由元数据或数值判断。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Sentinel-1 VV band</source>
            <translation>Sentinel-1 VV 波段</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Sentinel-1 VH band</source>
            <translation>Sentinel-1 VH 波段</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Not set: found by description, else VV is the first band and VH the second.</source>
            <translation>不设置：按描述识别，否则以第一波段为 VV、第二波段为 VH。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <location filename="../model/bands.py"></location>
            <source>Sentinel-1 units</source>
            <translation>Sentinel-1 单位</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>Decibel, linear power or amplitude; auto finds out from the values.</source>
            <translation>分贝（db）、线性功率（power）或振幅（amplitude）；auto（自动）由数值判断。</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>it names {named} bands, and the layer has {count}</source>
            <translation>它列出了 {named} 个波段，而图层有 {count} 个</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>the other polarisation has to be chosen too</source>
            <translation>另一个极化也必须选择</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>it is the VV band already</source>
            <translation>它已经是 VV 波段</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>the layer has {count} bands</source>
            <translation>图层有 {count} 个波段</translation>
        </message>
        <message>
            <location filename="../plugin/algorithms/scene_algorithm.py"></location>
            <source>it has {bandCount} bands</source>
            <extracomment>phrase</extracomment>
            <translation>它有 {bandCount} 个波段</translation>
        </message>
        <message>
            <location filename="../plugin/compute/client.py"></location>
            <location filename="../plugin/compute/environment.py"></location>
            <location filename="../model/raster.py"></location>
            <source>exit code {code}</source>
            <extracomment>phrase</extracomment>
            <translation>退出码 {code}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/client.py"></location>
            <source>exit code 0x{code}</source>
            <extracomment>phrase</extracomment>
            <translation>退出码 0x{code}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/client.py"></location>
            <source>signal {name}</source>
            <extracomment>phrase</extracomment>
            <translation>信号 {name}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/client.py"></location>
            <source>, often a sign of too little memory</source>
            <extracomment>phrase</extracomment>
            <translation>，这往往说明内存不足</translation>
        </message>
        <message>
            <location filename="../plugin/compute/client.py"></location>
            <source>Waiting for another run to end.</source>
            <extracomment>phrase</extracomment>
            <translation>正在等待另一次运行结束。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/client.py"></location>
            <source>it did not answer within {START_SECONDS} seconds</source>
            <extracomment>phrase</extracomment>
            <translation>它在 {START_SECONDS} 秒内没有应答</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>it is not a Python interpreter</source>
            <extracomment>phrase</extracomment>
            <translation>它不是 Python 解释器</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>it is a 32-bit Python; PyTorch needs 64 bits</source>
            <extracomment>phrase</extracomment>
            <translation>这是 32 位 Python；PyTorch 需要 64 位</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>3.{OLDEST_PYTHON} to 3.{NEWEST_PYTHON}</source>
            <extracomment>phrase</extracomment>
            <translation>3.{OLDEST_PYTHON} 至 3.{NEWEST_PYTHON}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>it is Python {shown}; PyTorch needs {wanted}</source>
            <extracomment>phrase</extracomment>
            <translation>这是 Python {shown}；PyTorch 需要 {wanted}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>it has no module venv</source>
            <extracomment>phrase</extracomment>
            <translation>它没有 venv 模块</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>it has neither ensurepip nor a recent pip (on Debian and Ubuntu: install the package python3-venv)</source>
            <extracomment>phrase</extracomment>
            <translation>它既没有 ensurepip，也没有较新的 pip（在 Debian 和 Ubuntu 上：请安装软件包 python3-venv）</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>none was found</source>
            <extracomment>phrase</extracomment>
            <translation>一个也没有找到</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>no suitable Python ({found}). Install Python 3.10 or later, 64 bits, and choose its interpreter.</source>
            <extracomment>phrase</extracomment>
            <translation>没有合适的 Python（{found}）。请安装 64 位的 Python 3.10 或更新版本，并选择其解释器。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>it did not answer within {timeout} seconds</source>
            <extracomment>phrase</extracomment>
            <translation>它在 {timeout} 秒内没有应答</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>it does not start ({error})</source>
            <extracomment>phrase</extracomment>
            <translation>它无法启动（{error}）</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>it does not run ({said})</source>
            <extracomment>phrase</extracomment>
            <translation>它无法运行（{said}）</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>exit code {returncode}</source>
            <extracomment>phrase</extracomment>
            <translation>退出码 {returncode}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>PyTorch uses the GPU of Apple computers without more ado.</source>
            <extracomment>phrase</extracomment>
            <translation>PyTorch 可直接使用 Apple 电脑的 GPU。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>No NVIDIA GPU was found.</source>
            <extracomment>phrase</extracomment>
            <translation>没有找到 NVIDIA GPU。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>{name}, driver {driver}</source>
            <extracomment>phrase</extracomment>
            <translation>{name}，驱动程序 {driver}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>{shown}: update the driver to use the GPU.</source>
            <extracomment>phrase</extracomment>
            <translation>{shown}：要使用 GPU，请更新驱动程序。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>«{folder}» holds something else than a compute environment</source>
            <extracomment>phrase</extracomment>
            <translation>“{folder}”中的内容不是计算环境</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>«{folder}» cannot be removed; a program still uses it</source>
            <extracomment>phrase</extracomment>
            <translation>“{folder}”无法删除；仍有程序在使用它</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>«{parent}» cannot be used ({error})</source>
            <extracomment>phrase</extracomment>
            <translation>“{parent}”无法使用（{error}）</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>it needs {needed} GB, and the disk of «{parent}» has {free} GB free</source>
            <extracomment>phrase</extracomment>
            <translation>需要 {needed} GB，而“{parent}”所在磁盘剩余 {free} GB</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>«{old}» cannot be replaced ({error}); a program still uses it</source>
            <extracomment>phrase</extracomment>
            <translation>“{old}”无法替换（{error}）；仍有程序在使用它</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>Python {version} at {path}</source>
            <extracomment>phrase</extracomment>
            <translation>Python {version}，位于 {path}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>Trying the environment</source>
            <extracomment>phrase</extracomment>
            <translation>正在检验环境</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>Ready: torch {versions}, {devices}</source>
            <extracomment>phrase</extracomment>
            <translation>就绪：torch {versions}，{devices}</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>Virtual environment made</source>
            <extracomment>phrase</extracomment>
            <translation>虚拟环境已建立</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>{index} has no torch for this machine, or cannot be reached.</source>
            <extracomment>phrase</extracomment>
            <translation>{index} 没有适合本机的 torch，或无法访问。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>Trying the usual package index.</source>
            <extracomment>phrase</extracomment>
            <translation>正在尝试通常的软件包索引。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>The path may be too long for Windows: enable long paths in Windows, or use a QGIS profile in a shorter folder.</source>
            <extracomment>phrase</extracomment>
            <translation>路径对 Windows 而言可能过长：请在 Windows 中启用长路径，或使用位于较短文件夹中的 QGIS 配置文件。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>The disk is full.</source>
            <extracomment>phrase</extracomment>
            <translation>磁盘已满。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>The certificate of the server is not trusted here, or OpenSSL is missing. Behind a company's firewall, ask for its certificate, or install from a folder of wheels.</source>
            <extracomment>phrase</extracomment>
            <translation>服务器的证书在此处不受信任，或缺少 OpenSSL。若在公司防火墙之后，请索取其证书，或从 wheel 文件夹安装。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>Check the proxy in Settings ▸ Options ▸ Network.</source>
            <extracomment>phrase</extracomment>
            <translation>请检查“设置 ▸ 选项 ▸ 网络”中的代理。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>Check the connection to the Internet and the proxy in Settings ▸ Options ▸ Network, or install from a folder of wheels.</source>
            <extracomment>phrase</extracomment>
            <translation>请检查互联网连接以及“设置 ▸ 选项 ▸ 网络”中的代理，或从 wheel 文件夹安装。</translation>
        </message>
        <message>
            <location filename="../plugin/compute/environment.py"></location>
            <source>Install Microsoft's Visual C++ Redistributable (x64).</source>
            <extracomment>phrase</extracomment>
            <translation>请安装 Microsoft Visual C++ Redistributable（x64）。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Looking at the compute environment</source>
            <translation>正在检查计算环境</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Installing the compute environment</source>
            <translation>正在安装计算环境</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>SAR Cloud Removal: compute environment</source>
            <translation>SAR Cloud Removal：计算环境</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>The network runs in a Python environment of its own, with PyTorch and rasterio. QGIS's own Python is left as it is, so nothing here can break QGIS.</source>
            <translation>网络在独立的 Python 环境中运行，其中装有 PyTorch 和 rasterio。QGIS 自带的 Python 保持原样，因此这里的任何操作都不会损坏 QGIS。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>What is there</source>
            <translation>现有内容</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Interpreter</source>
            <translation>解释器</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Packages</source>
            <translation>软件包</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Devices</source>
            <translation>设备</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>What Install does</source>
            <translation>“安装”将执行的操作</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Made with</source>
            <translation>所用的 Python</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>PyTorch build</source>
            <translation>PyTorch 版本</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Size</source>
            <translation>大小</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Folder</source>
            <translation>文件夹</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>for installing without the Internet</source>
            <translation>用于离线安装</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>take nothing from the Internet</source>
            <translation>不从互联网获取任何内容</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Folder of wheels</source>
            <translation>wheel 文件夹</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Choose a Python interpreter</source>
            <translation>选择 Python 解释器</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>a Python that has torch, rasterio, numpy, safetensors and scipy</source>
            <translation>装有 torch、rasterio、numpy、safetensors 和 scipy 的 Python</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Use</source>
            <translation>使用</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Use the plugin's own again</source>
            <translation>恢复使用插件自己的环境</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Another interpreter</source>
            <translation>其他解释器</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Install</source>
            <translation>安装</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Cancel installation</source>
            <translation>取消安装</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Looking at what is there…</source>
            <translation>正在检查现有内容…</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Nothing is installed yet. Press Install.</source>
            <translation>尚未安装任何内容。请点击“安装”。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Ready. «Remove clouds» can run.</source>
            <translation>就绪。可以运行“云去除”。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Install again</source>
            <translation>重新安装</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Trying «{}»…</source>
            <translation>正在检验“{}”…</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>«{path}» will not do: {problem}. What was used before stays in use.</source>
            <translation>“{path}”不可用：{problem}。继续使用原来的解释器。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Installing. You can close this window and go on working.</source>
            <translation>正在安装。您可以关闭此窗口，继续工作。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>Cancelled; nothing was installed.</source>
            <translation>已取消；没有安装任何内容。</translation>
        </message>
        <message>
            <location filename="../plugin/gui/environment_dialog.py"></location>
            <source>about {download} to download, {disk} on the disk ({free} free)</source>
            <translation>约需下载 {download}，占用磁盘 {disk}（剩余 {free}）</translation>
        </message>
        <message>
            <location filename="../plugin/plugin.py"></location>
            <source>Remove clouds…</source>
            <translation>云去除…</translation>
        </message>
        <message>
            <location filename="../plugin/plugin.py"></location>
            <source>Reconstruct the surface under the clouds of a Sentinel-2 layer with Sentinel-1 radar</source>
            <translation>借助 Sentinel-1 雷达重建 Sentinel-2 图层云下的地表</translation>
        </message>
        <message>
            <location filename="../plugin/plugin.py"></location>
            <source>Set up compute environment…</source>
            <translation>设置计算环境…</translation>
        </message>
        <message>
            <location filename="../plugin/plugin.py"></location>
            <source>Help</source>
            <translation>帮助</translation>
        </message>
        <message>
            <location filename="../plugin/settings.py"></location>
            <source>pip cannot use a SOCKS proxy. Set an HTTP proxy in Settings ▸ Options ▸ Network, or install from a folder of wheels and take nothing from the Internet.</source>
            <extracomment>phrase</extracomment>
            <translation>pip 无法使用 SOCKS 代理。请在“设置 ▸ 选项 ▸ 网络”中设置 HTTP 代理，或从 wheel 文件夹安装，不从互联网获取任何内容。</translation>
        </message>
        <message>
            <location filename="../plugin/settings.py"></location>
            <source>there is no such file</source>
            <extracomment>phrase</extracomment>
            <translation>没有这个文件</translation>
        </message>
        <message>
            <location filename="../plugin/sources.py"></location>
            <source>QGIS cannot open it</source>
            <extracomment>phrase</extracomment>
            <translation>QGIS 无法打开它</translation>
        </message>
        <message>
            <location filename="../plugin/sources.py"></location>
            <source>it exists only in QGIS's memory; save it to a file first</source>
            <extracomment>phrase</extracomment>
            <translation>它只存在于 QGIS 的内存中；请先保存到文件</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>Sentinel-1 bands</source>
            <translation>Sentinel-1 波段</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>as chosen</source>
            <extracomment>phrase</extracomment>
            <translation>按所选</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>it names {chosen} bands, but «{layer}» has {count}</source>
            <extracomment>phrase</extracomment>
            <translation>它列出了 {chosen} 个波段，而“{layer}”有 {count} 个</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>{text} is not one of {S2_BANDS} or -</source>
            <extracomment>phrase</extracomment>
            <translation>{text} 不属于 {S2_BANDS}，也不是 -</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>{name} is there twice</source>
            <extracomment>phrase</extracomment>
            <translation>{name} 出现了两次</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>they are called B1 to B{count} in sequence, without B8A, which may be just their numbers</source>
            <extracomment>phrase</extracomment>
            <translation>它们依次称为 B1 至 B{count}，而没有 B8A，这可能只是编号</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>{twice} is there more than once</source>
            <extracomment>phrase</extracomment>
            <translation>{twice} 出现不止一次</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>only some of them are named</source>
            <extracomment>phrase</extracomment>
            <translation>其中只有一部分有名称</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>by the names of the bands</source>
            <extracomment>phrase</extracomment>
            <translation>按波段名称</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>they are not named as such, and there are not 10, 12 or 13 of them</source>
            <extracomment>phrase</extracomment>
            <translation>它们没有相应的名称，数目也不是 10、12 或 13</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>unnamed; {count} bands taken as {names}, {names2}, … {names3}</source>
            <extracomment>phrase</extracomment>
            <translation>没有名称；{count} 个波段视为 {names}、{names2}……{names3}</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <location filename="../model/training/adapt.py"></location>
            <source>it has to be greater than 0</source>
            <extracomment>phrase</extracomment>
            <translation>必须大于 0</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>it has to be a number</source>
            <extracomment>phrase</extracomment>
            <translation>必须是数</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>scale and offset as chosen</source>
            <extracomment>phrase</extracomment>
            <translation>比例和偏移按所选</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>scale as chosen</source>
            <extracomment>phrase</extracomment>
            <translation>比例按所选</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>{how}; offset as chosen</source>
            <extracomment>phrase</extracomment>
            <translation>{how}；偏移按所选</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>{how}; {why}</source>
            <extracomment>phrase</extracomment>
            <translation>{how}；{why}</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>scale {gain} from the file's scale factor</source>
            <extracomment>phrase</extracomment>
            <translation>比例 {gain}，来自文件的比例因子</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>values up to {high} are reflectance</source>
            <extracomment>phrase</extracomment>
            <translation>最大为 {high} 的数值是反射率</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>values up to {high} are DN, reflectance × 10000</source>
            <extracomment>phrase</extracomment>
            <translation>最大为 {high} 的数值是 DN，即反射率 × 10000</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>the darkest band starts at {dark}</source>
            <extracomment>phrase</extracomment>
            <translation>最暗波段始于 {dark}</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>, the cirrus band is at {cirrus}</source>
            <extracomment>phrase</extracomment>
            <translation>，卷云波段为 {cirrus}</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>, although {source} tells of one</source>
            <extracomment>phrase</extracomment>
            <translation>，尽管 {source} 表示有偏移</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>no offset ({seen}{contradicted})</source>
            <extracomment>phrase</extracomment>
            <translation>无偏移（{seen}{contradicted}）</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>offset {step} ({seen})</source>
            <extracomment>phrase</extracomment>
            <translation>偏移 {step}（{seen}）</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>, although {seen}</source>
            <extracomment>phrase</extracomment>
            <translation>，尽管{seen}</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>offset {told} ({source}{contradicted})</source>
            <extracomment>phrase</extracomment>
            <translation>偏移 {told}（{source}{contradicted}）</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>no offset ({seen})</source>
            <extracomment>phrase</extracomment>
            <translation>无偏移（{seen}）</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>offset {step} ({seen}, as from processing baseline 04.00 on)</source>
            <extracomment>phrase</extracomment>
            <translation>偏移 {step}（{seen}，与处理基线 04.00 起的产品相符）</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>the file's offset</source>
            <extracomment>phrase</extracomment>
            <translation>文件的偏移</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>processing baseline {text}</source>
            <extracomment>phrase</extracomment>
            <translation>处理基线 {text}</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>unnamed; the first two bands taken as VV and VH</source>
            <extracomment>phrase</extracomment>
            <translation>没有名称；前两个波段视为 VV 和 VH</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>it needs two different numbers from 1 to {count}, of VV and of VH</source>
            <extracomment>phrase</extracomment>
            <translation>需要 1 至 {count} 中两个不同的编号，分别为 VV 和 VH</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>by the name of one of the two bands</source>
            <extracomment>phrase</extracomment>
            <translation>按两个波段之一的名称</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>choose one of {S1_UNITS}</source>
            <extracomment>phrase</extracomment>
            <translation>请从 {S1_UNITS} 中选择</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>units as chosen</source>
            <extracomment>phrase</extracomment>
            <translation>单位按所选</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>values from {low} to {high} are dB</source>
            <extracomment>phrase</extracomment>
            <translation>{low} 至 {high} 的数值为 dB</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>values from {span} to {span2} are</source>
            <extracomment>phrase</extracomment>
            <translation>{span} 至 {span2} 的数值为</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>{words} linear {name}</source>
            <extracomment>phrase</extracomment>
            <translation>{words}线性 {name}</translation>
        </message>
        <message>
            <location filename="../model/bands.py"></location>
            <source>, not calibrated; a mean calibration is applied</source>
            <extracomment>phrase</extracomment>
            <translation>，未经定标；采用平均定标</translation>
        </message>
        <message>
            <location filename="../model/devices.py"></location>
            <source>it computes 3 × 3 convolutions wrongly ({answer})</source>
            <extracomment>phrase</extracomment>
            <translation>它计算 3 × 3 卷积的结果有误（{answer}）</translation>
        </message>
        <message>
            <location filename="../model/dispatch.py"></location>
            <source>the output</source>
            <extracomment>phrase</extracomment>
            <translation>输出</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» cannot be read: {detail}. Check that the file is complete and that it is a raster.</source>
            <extracomment>error</extracomment>
            <translation>无法读取“{layer}”：{detail}。请检查文件是否完整，以及它是否为栅格。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» is a rendered or remote layer ({provider}), which holds colours, not measurements. Download the Sentinel data as a raster file and choose that layer.</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”是经过渲染的图层或远程图层（{provider}），其中是颜色而不是测量值。请将 Sentinel 数据下载为栅格文件，并选择该图层。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» has no georeference, so it cannot be placed on the other layer. Assign a coordinate reference system and a geotransform to it (Raster ▸ Georeferencer).</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”没有地理参照，因此无法与另一图层对齐。请为其指定坐标参照系和地理变换（栅格 ▸ 配准工具）。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{s1}» and «{s2}» do not overlap. Choose a Sentinel-1 and a Sentinel-2 layer of the same place, and check the coordinate reference system of both.</source>
            <extracomment>error</extracomment>
            <translation>“{s1}”与“{s2}”不重叠。请选择同一地点的 Sentinel-1 图层和 Sentinel-2 图层，并检查两者的坐标参照系。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The chosen extent lies outside «{layer}». Choose an extent that overlaps the layer.</source>
            <extracomment>error</extracomment>
            <translation>所选范围位于“{layer}”之外。请选择与该图层重叠的范围。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» has {count} band(s), but Sentinel-1 needs two: VV and VH. Merge both polarisations into one raster and choose that layer.</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”有 {count} 个波段，而 Sentinel-1 需要两个：VV 和 VH。请将两个极化合并为一个栅格，并选择该图层。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» holds {found}, but the network was made for VV and VH. Choose a layer with both, or name their numbers in «Sentinel-1 bands».</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”含有 {found}，而网络适用于 VV 和 VH。请选择两者兼有的图层，或在“Sentinel-1 波段”中给出它们的编号。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The bands of «{layer}» ({count}) cannot be told apart: {detail}. Name them in «Sentinel-2 bands», in the order of the file, for example B2,B3,B4,B8,B11,B12.</source>
            <extracomment>error</extracomment>
            <translation>无法识别“{layer}”的波段（{count} 个）：{detail}。请在“Sentinel-2 波段”中按文件中的顺序列出名称，例如 B2,B3,B4,B8,B11,B12。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» lacks the band(s) {bands}, without which nothing can be reconstructed. Choose a layer with at least B2, B3, B4, B8, B11 and B12, or name its bands in «Sentinel-2 bands».</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”缺少波段 {bands}，没有它们就无法重建。请选择至少含有 B2、B3、B4、B8、B11 和 B12 的图层，或在“Sentinel-2 波段”中列出其波段名称。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{s1}» looks like Sentinel-2 and «{s2}» like Sentinel-1. The two layers seem to be swapped: exchange them and run again.</source>
            <extracomment>error</extracomment>
            <translation>“{s1}”像是 Sentinel-2，而“{s2}”像是 Sentinel-1。两个图层似乎弄反了：请交换后重新运行。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» is chosen both as Sentinel-1 and as Sentinel-2. Choose the radar layer as the first and the optical layer as the second.</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”同时被选为 Sentinel-1 和 Sentinel-2。请将雷达图层选为前者，将光学图层选为后者。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» does not hold Sentinel-1 backscatter: its values run from {low} to {high}. Choose calibrated VV and VH (GRD, sigma0 or gamma0), and set «Sentinel-1 units» if they are not found by themselves.</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”不是 Sentinel-1 后向散射：其数值为 {low} 至 {high}。请选择经定标的 VV 和 VH（GRD，sigma0 或 gamma0）；若单位未能自动识别，请设置“Sentinel-1 单位”。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» does not hold Sentinel-2 reflectance: its values run from {low} to {high}. Choose the original bands, not a rendered picture, or set «Sentinel-2 scale».</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”不是 Sentinel-2 反射率：其数值为 {low} 至 {high}。请选择原始波段而非渲染后的图片，或设置“Sentinel-2 比例”。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» holds complex numbers (an SLC product). Convert it to intensity first, or choose the GRD product of the same date.</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”含有复数（SLC 产品）。请先将其转换为强度，或选择同一日期的 GRD 产品。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» has no valid pixel in the chosen region: all of it is nodata. Choose another layer or extent.</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”在所选区域内没有有效像素：全部为无数据值。请选择其他图层或范围。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The cloud mask «{layer}» cannot be used: {detail}. Choose a one-band raster in which clouds are not 0.</source>
            <extracomment>error</extracomment>
            <translation>云掩膜“{layer}”无法使用：{detail}。请选择云处不为 0 的单波段栅格。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{prediction}» and «{reference}» do not lie pixel on pixel: {detail}. Choose two rasters of the same place, pixel size and coordinate reference system.</source>
            <extracomment>error</extracomment>
            <translation>“{prediction}”与“{reference}”的像素未能逐一对齐：{detail}。请选择地点、像素大小和坐标参照系均相同的两个栅格。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{layer}» shows too little clear ground to adapt to: {found} clear pixels, and {needed} are needed. Add clear dates of the same place, choose a larger region, or give a cloud mask in which clear pixels are 0.</source>
            <extracomment>error</extracomment>
            <translation>“{layer}”的无云地面太少，无法适应：只有 {found} 个无云像素，而需要 {needed} 个。请添加同一地点的无云日期，选择更大的区域，或提供无云像素为 0 的云掩膜。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{path}» cannot be used as a data set: {detail}. The README section «Train on your own data» shows the layouts.</source>
            <extracomment>error</extracomment>
            <translation>“{path}”无法用作数据集：{detail}。README 中“使用自己的数据训练”一节说明了目录结构。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The option «{option}» has the value «{value}», which does not work: {detail}.</source>
            <extracomment>error</extracomment>
            <translation>选项“{option}”的值“{value}”不可用：{detail}。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{path}» cannot be written: {detail}. Choose a folder that exists and that you may write to.</source>
            <extracomment>error</extracomment>
            <translation>无法写入“{path}”：{detail}。请选择已存在且您有写入权限的文件夹。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The output «{path}» is also an input. Choose another file name.</source>
            <extracomment>error</extracomment>
            <translation>输出“{path}”同时也是输入。请选择其他文件名。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>Two outputs have the same file name, «{path}». Give each its own.</source>
            <extracomment>error</extracomment>
            <translation>两个输出的文件名相同，均为“{path}”。请分别命名。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{path}» is not a GeoTIFF. Choose a file name that ends in .tif.</source>
            <extracomment>error</extracomment>
            <translation>“{path}”不是 GeoTIFF。请选择以 .tif 结尾的文件名。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>«{path}» is no name for weights. Choose a file name that ends in .safetensors.</source>
            <extracomment>error</extracomment>
            <translation>“{path}”不能作为权重的文件名。请选择以 .safetensors 结尾的文件名。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>There is not enough room for «{path}»: {detail}. Free some space or choose another disk.</source>
            <extracomment>error</extracomment>
            <translation>没有足够的空间存放“{path}”：{detail}。请释放空间或选择其他磁盘。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>There is no model «{model}». Those there are: {known}. A path to a .safetensors file works too.</source>
            <extracomment>error</extracomment>
            <translation>没有名为“{model}”的模型。现有的为：{known}。也可以给出 .safetensors 文件的路径。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The weights «{path}» cannot be used: {detail}. Choose weights that this plugin made.</source>
            <extracomment>error</extracomment>
            <translation>权重“{path}”无法使用：{detail}。请选择由本插件生成的权重。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The compute environment is not set up yet. Open Plugins ▸ SAR Cloud Removal ▸ Set up compute environment and press Install.</source>
            <extracomment>error</extracomment>
            <translation>计算环境尚未设置。请打开“插件 ▸ SAR Cloud Removal ▸ 设置计算环境”，并点击“安装”。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The compute environment at «{interpreter}» does not work: {detail}. Open Plugins ▸ SAR Cloud Removal ▸ Set up compute environment and press Install again.</source>
            <extracomment>error</extracomment>
            <translation>位于“{interpreter}”的计算环境无法工作：{detail}。请打开“插件 ▸ SAR Cloud Removal ▸ 设置计算环境”，并点击“重新安装”。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The compute environment could not be installed: {detail}</source>
            <extracomment>error</extracomment>
            <translation>计算环境安装失败：{detail}</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The device «{device}» is not there. Those there are: {known}.</source>
            <extracomment>error</extracomment>
            <translation>没有设备“{device}”。现有的为：{known}。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The device «{device}» has too little memory even for one tile of {tile} pixels. Close other programs that use it, or choose the device «cpu».</source>
            <extracomment>error</extracomment>
            <translation>设备“{device}”的内存连一个 {tile} 像素的分块也容不下。请关闭使用它的其他程序，或选择设备“cpu”。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The compute process ended unexpectedly ({detail}). Nothing was written; run again. The log has its last words.</source>
            <extracomment>error</extracomment>
            <translation>计算进程意外结束（{detail}）。没有写入任何内容；请重新运行。日志中有其最后的输出。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>Something went wrong that should not: {detail}. Nothing was written. The log holds the details; please report them.</source>
            <extracomment>error</extracomment>
            <translation>发生了不应出现的错误：{detail}。没有写入任何内容。详情见日志；请将其报告给我们。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>Another run is under way in this window. Wait until it has ended, then run again.</source>
            <extracomment>error</extracomment>
            <translation>此窗口中正在进行另一次运行。请等它结束后再运行。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>Cancelled; nothing was written.</source>
            <extracomment>error</extracomment>
            <translation>已取消；没有写入任何内容。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The training was interrupted after {steps} steps; «{checkpoint}» holds its state. To go on, give the same command with --resume {checkpoint}.</source>
            <extracomment>error</extracomment>
            <translation>训练在 {steps} 步后中断；其状态保存在“{checkpoint}”中。要继续，请在同一命令后加上 --resume {checkpoint}。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The gradient of step {step} is not finite, at a learning rate of {lr}. Choose a lower learning rate, or the precision float32, and begin again.</source>
            <extracomment>error</extracomment>
            <translation>第 {step} 步的梯度不是有限值，学习率为 {lr}。请选择更低的学习率或 float32 精度，然后重新开始。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>The training of {runs} failed: {detail}. The log «{log}» says more; all else is done. Give the same command again to go on with what is missing.</source>
            <extracomment>error</extracomment>
            <translation>{runs} 的训练失败：{detail}。详情见日志“{log}”；其余均已完成。再次执行同一命令即可继续未完成的部分。</translation>
        </message>
        <message>
            <location filename="../model/errors.py"></location>
            <source>unknown error</source>
            <extracomment>phrase</extracomment>
            <translation>未知错误</translation>
        </message>
        <message>
            <location filename="../model/evaluate.py"></location>
            <source>Comparing</source>
            <extracomment>phrase</extracomment>
            <translation>正在比较</translation>
        </message>
        <message>
            <location filename="../model/evaluate.py"></location>
            <source>their coordinate reference systems differ</source>
            <extracomment>phrase</extracomment>
            <translation>它们的坐标参照系不同</translation>
        </message>
        <message>
            <location filename="../model/evaluate.py"></location>
            <source>their pixels differ in size or direction</source>
            <extracomment>phrase</extracomment>
            <translation>它们的像素大小或方向不同</translation>
        </message>
        <message>
            <location filename="../model/evaluate.py"></location>
            <source>they are shifted by a part of a pixel</source>
            <extracomment>phrase</extracomment>
            <translation>它们错开了不足一个像素</translation>
        </message>
        <message>
            <location filename="../model/evaluate.py"></location>
            <source>the first one does not lie inside the second one</source>
            <extracomment>phrase</extracomment>
            <translation>前者不在后者范围之内</translation>
        </message>
        <message>
            <location filename="../model/networks/checkpoints.py"></location>
            <source>the file is damaged or is no safetensors file ({error})</source>
            <extracomment>phrase</extracomment>
            <translation>文件已损坏或不是 safetensors 文件（{error}）</translation>
        </message>
        <message>
            <location filename="../model/networks/checkpoints.py"></location>
            <source>they are of another version or network ({error})</source>
            <extracomment>phrase</extracomment>
            <translation>它们属于其他版本或网络（{error}）</translation>
        </message>
        <message>
            <location filename="../model/networks/checkpoints.py"></location>
            <source>they do not fit their network ({error})</source>
            <extracomment>phrase</extracomment>
            <translation>它们与其网络不符（{error}）</translation>
        </message>
        <message>
            <location filename="../model/networks/checkpoints.py"></location>
            <source>it is damaged or no file of this plugin ({error})</source>
            <extracomment>phrase</extracomment>
            <translation>它已损坏或不是本插件的文件（{error}）</translation>
        </message>
        <message>
            <location filename="../model/networks/checkpoints.py"></location>
            <source>it was not made by this plugin</source>
            <extracomment>phrase</extracomment>
            <translation>它不是由本插件生成的</translation>
        </message>
        <message>
            <location filename="../model/prediction.py"></location>
            <location filename="../model/training/adapt.py"></location>
            <source>their answer is not finite</source>
            <extracomment>phrase</extracomment>
            <translation>其结果不是有限值</translation>
        </message>
        <message>
            <location filename="../model/prediction.py"></location>
            <source>The device {device} has too little memory: the batch is now {batch}.</source>
            <extracomment>phrase</extracomment>
            <translation>设备 {device} 内存不足：批大小现为 {batch}。</translation>
        </message>
        <message>
            <location filename="../model/prediction.py"></location>
            <source>The device {device} has too little memory: tiles are computed in parts of {smaller} pixels.</source>
            <extracomment>phrase</extracomment>
            <translation>设备 {device} 内存不足：分块按 {smaller} 像素的小块计算。</translation>
        </message>
        <message>
            <location filename="../model/prediction.py"></location>
            <source>choose one of {PRECISIONS}</source>
            <extracomment>phrase</extracomment>
            <translation>请从 {PRECISIONS} 中选择</translation>
        </message>
        <message>
            <location filename="../model/raster.py"></location>
            <source>CRS of {name}</source>
            <extracomment>phrase</extracomment>
            <translation>{name} 的坐标参照系</translation>
        </message>
        <message>
            <location filename="../model/raster.py"></location>
            <source>the file is cut off, {missing} bytes or more are missing</source>
            <extracomment>phrase</extracomment>
            <translation>文件被截断，至少缺少 {missing} 字节</translation>
        </message>
        <message>
            <location filename="../model/raster.py"></location>
            <source>it holds several rasters or none; choose one of them</source>
            <extracomment>phrase</extracomment>
            <translation>它含有多个栅格或没有栅格；请选择其中一个</translation>
        </message>
        <message>
            <location filename="../model/raster.py"></location>
            <source>it needs left &lt; right and bottom &lt; top</source>
            <extracomment>phrase</extracomment>
            <translation>须满足左 &lt; 右且下 &lt; 上</translation>
        </message>
        <message>
            <location filename="../model/raster.py"></location>
            <source>the file is not complete</source>
            <extracomment>phrase</extracomment>
            <translation>文件不完整</translation>
        </message>
        <message>
            <location filename="../model/raster.py"></location>
            <source>it needs about {needed} MB or more, and {free} MB are free</source>
            <extracomment>phrase</extracomment>
            <translation>约需 {needed} MB 或更多，而剩余 {free} MB</translation>
        </message>
        <message>
            <location filename="../model/raster.py"></location>
            <source>it is a folder</source>
            <extracomment>phrase</extracomment>
            <translation>它是文件夹</translation>
        </message>
        <message>
            <location filename="../model/raster.py"></location>
            <source>the file is write-protected</source>
            <extracomment>phrase</extracomment>
            <translation>文件受写保护</translation>
        </message>
        <message>
            <location filename="../model/raster.py"></location>
            <source>the folder does not exist</source>
            <extracomment>phrase</extracomment>
            <translation>文件夹不存在</translation>
        </message>
        <message>
            <location filename="../model/raster.py"></location>
            <source>{value}; if it is a layer of the project, remove it there first</source>
            <extracomment>phrase</extracomment>
            <translation>{value}；若它是工程中的图层，请先将其移除</translation>
        </message>
        <message>
            <location filename="../model/reconstruct.py"></location>
            <source>it has to be between 0 and {tile}</source>
            <extracomment>phrase</extracomment>
            <translation>必须在 0 与 {tile} 之间</translation>
        </message>
        <message>
            <location filename="../model/reconstruct.py"></location>
            <source>it has to be {least} or more</source>
            <extracomment>phrase</extracomment>
            <translation>必须不小于 {least}</translation>
        </message>
        <message>
            <location filename="../model/reconstruct.py"></location>
            <source>choose one of {QUALITIES}</source>
            <extracomment>phrase</extracomment>
            <translation>请从 {QUALITIES} 中选择</translation>
        </message>
        <message>
            <location filename="../model/reconstruct.py"></location>
            <source>it compares the eight answers of the quality «best», so choose that, or leave it out</source>
            <extracomment>phrase</extracomment>
            <translation>它比较质量“best”的八个结果，因此请选择 best，或不输出它</translation>
        </message>
        <message>
            <location filename="../model/reconstruct.py"></location>
            <location filename="../model/training/adapt.py"></location>
            <source>Done</source>
            <extracomment>phrase</extracomment>
            <translation>完成</translation>
        </message>
        <message>
            <location filename="../model/reconstruct.py"></location>
            <source>the model {name} has no SAR-guided attention; leave the map out</source>
            <extracomment>phrase</extracomment>
            <translation>模型 {name} 没有 SAR 引导的注意力；请不要输出该图</translation>
        </message>
        <message>
            <location filename="../model/reconstruct.py"></location>
            <source>Tile {done} of {grid}</source>
            <extracomment>phrase</extracomment>
            <translation>分块 {done} / {grid}</translation>
        </message>
        <message>
            <location filename="../model/reconstruct.py"></location>
            <source>Writing overviews</source>
            <extracomment>phrase</extracomment>
            <translation>正在写入金字塔</translation>
        </message>
        <message>
            <location filename="../model/reconstruct.py"></location>
            <source>«{name}» has no value at {counts} pixels ({share} of those to be reconstructed); they are as cloudy as before.</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”在 {counts} 个像素处没有数值（占待重建像素的 {share}）；这些像素的云保持原样。</translation>
        </message>
        <message>
            <location filename="../model/requests.py"></location>
            <source>it is not understood ({error})</source>
            <extracomment>phrase</extracomment>
            <translation>无法理解（{error}）</translation>
        </message>
        <message>
            <location filename="../model/scene.py"></location>
            <source>{name} is band {number}</source>
            <extracomment>phrase</extracomment>
            <translation>{name} 为波段 {number}</translation>
        </message>
        <message>
            <location filename="../model/scene.py"></location>
            <source>«{name}»: {names} ({reason}); {reason2}.</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”：{names}（{reason}）；{reason2}。</translation>
        </message>
        <message>
            <location filename="../model/scene.py"></location>
            <source>«{name}»: {s1_numbers} ({reason}); {reason2}.</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”：{s1_numbers}（{reason}）；{reason2}。</translation>
        </message>
        <message>
            <location filename="../model/scene.py"></location>
            <source>they do not overlap there</source>
            <extracomment>phrase</extracomment>
            <translation>它们在该处不重叠</translation>
        </message>
        <message>
            <location filename="../model/scene.py"></location>
            <source>it does not overlap «{name}»</source>
            <extracomment>phrase</extracomment>
            <translation>它与“{name}”不重叠</translation>
        </message>
        <message>
            <location filename="../model/scene.py"></location>
            <source>«{name}» and «{name2}» have no georeference: laid on each other pixel by pixel.</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”和“{name2}”没有地理参照：按像素逐一对应叠放。</translation>
        </message>
        <message>
            <location filename="../model/scene.py"></location>
            <source>«{name}»: {reason}. Set it yourself if that is wrong.</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”：{reason}。若有误，请自行设置。</translation>
        </message>
        <message>
            <location filename="../model/scene.py"></location>
            <source>«{name}» lacks {missing}, estimated from the other bands.</source>
            <extracomment>phrase</extracomment>
            <translation>“{name}”缺少 {missing}，已由其他波段估计。</translation>
        </message>
        <message>
            <location filename="../model/scene.py"></location>
            <source>it has {count} bands</source>
            <extracomment>phrase</extracomment>
            <translation>它有 {count} 个波段</translation>
        </message>
        <message>
            <location filename="../model/tiling.py"></location>
            <source>{sum} pixels of {window} were in no tile that was computed</source>
            <extracomment>phrase</extracomment>
            <translation>{window} 中有 {sum} 个像素不在任何已计算的分块内</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>clear dates</source>
            <translation>无云日期</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>Reading clear pixels</source>
            <extracomment>phrase</extracomment>
            <translation>正在读取无云像素</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>it has to be 1 or more</source>
            <extracomment>phrase</extracomment>
            <translation>必须不小于 1</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>it has no parameters that could be adapted</source>
            <extracomment>phrase</extracomment>
            <translation>它没有可适应的参数</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>there are more names than clear dates</source>
            <extracomment>phrase</extracomment>
            <translation>名称多于无云日期</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>it is the cloudy scene itself</source>
            <extracomment>phrase</extracomment>
            <translation>它就是有云场景本身</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>Adapting helped: PSNR {after} dB on withheld clear pixels, {before} dB before ({mixture} of the way to the adapted weights).</source>
            <extracomment>phrase</extracomment>
            <translation>适应有帮助：在留出的无云像素上 PSNR 为 {after} dB，此前为 {before} dB（取向适应后权重的 {mixture}）。</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>Adapting did not help: PSNR {tried} dB at best on withheld clear pixels, {before} dB before. A gain of {LEAST_GAIN} dB is asked for, so the given weights are kept.</source>
            <extracomment>phrase</extracomment>
            <translation>适应没有帮助：在留出的无云像素上 PSNR 最好为 {tried} dB，此前为 {before} dB。要求至少提高 {LEAST_GAIN} dB，因此保留所给的权重。</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>the given weights</source>
            <extracomment>phrase</extracomment>
            <translation>所给的权重</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>PSNR {before} dB on withheld clear pixels before adapting.</source>
            <extracomment>phrase</extracomment>
            <translation>适应前，在留出的无云像素上 PSNR 为 {before} dB。</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>The training diverged and was ended.</source>
            <extracomment>phrase</extracomment>
            <translation>训练发散，已结束。</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>Adapting: step {step}, PSNR {top} dB, {before} dB before</source>
            <extracomment>phrase</extracomment>
            <translation>正在适应：第 {step} 步，PSNR {top} dB，此前为 {before} dB</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>PSNR {value} dB on withheld clear pixels after {step} steps, {seconds} s.</source>
            <extracomment>phrase</extracomment>
            <translation>{step} 步后，在留出的无云像素上 PSNR 为 {value} dB，用时 {seconds} 秒。</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>, among them all of «{names}»</source>
            <extracomment>phrase</extracomment>
            <translation>，其中包括“{names}”的全部</translation>
        </message>
        <message>
            <location filename="../model/training/adapt.py"></location>
            <source>Clear pixels to learn from: {learnt_pixels}, dates: {date}. Withheld to score by: {withheld_pixels}{withheld}.</source>
            <extracomment>phrase</extracomment>
            <translation>用于学习的无云像素：{learnt_pixels}，日期：{date}。留出用于评分：{withheld_pixels}{withheld}。</translation>
        </message>
        <message>
            <location filename="../model/training/own_scene.py"></location>
            <source>as it is</source>
            <extracomment>phrase</extracomment>
            <translation>保持原样</translation>
        </message>
        <message>
            <location filename="../model/training/scene_files.py"></location>
            <source>The scene «{layer}» cannot be used: {detail}.</source>
            <extracomment>error</extracomment>
            <translation>场景“{layer}”无法使用：{detail}。</translation>
        </message>
        <message>
            <location filename="../resources/styles/changed.qml"></location>
            <source>kept</source>
            <translation>保留</translation>
        </message>
        <message>
            <location filename="../resources/styles/changed.qml"></location>
            <source>reconstructed</source>
            <translation>重建</translation>
        </message>
        <message>
            <location filename="../resources/styles/changed.qml"></location>
            <source>still cloudy: no Sentinel-1</source>
            <translation>仍有云：缺少 Sentinel-1</translation>
        </message>
        <message>
            <location filename="../model/weights/index.json"></location>
            <source>The multi-stage fusion network of the paper (SG-BAFM and DFIN).</source>
            <translation>论文中的多阶段融合网络（SG-BAFM 和 DFIN）。</translation>
        </message>
        <message>
            <location filename="../metadata.txt"></location>
            <source>SAR Cloud Removal</source>
            <extracomment>metadata: name</extracomment>
            <translation>SAR 引导的云去除（SAR Cloud Removal）</translation>
        </message>
        <message>
            <location filename="../metadata.txt"></location>
            <source>Sees through the clouds of a Sentinel-2 image with the help of Sentinel-1 radar</source>
            <extracomment>metadata: description</extracomment>
            <translation>借助 Sentinel-1 雷达，看透 Sentinel-2 图像中的云层</translation>
        </message>
        <message>
            <location filename="../metadata.txt"></location>
            <source>Takes a cloudy Sentinel-2 image and a Sentinel-1 radar image of the same place, and makes a cloud-free Sentinel-2 image and a map of where the network listened to the radar. The network fuses both with SAR-guided attention.
It is a Processing algorithm: it works in the toolbox, in batch runs, in graphical models and in qgis_process, on a CPU or on a GPU.
PyTorch, rasterio and NumPy go into a Python environment of their own, which the plugin sets up at the press of a button (300 MB to download, 3 GB with an NVIDIA GPU). QGIS's own Python is left as it is.</source>
            <extracomment>metadata: about</extracomment>
            <translation>取同一地点的有云 Sentinel-2 图像和 Sentinel-1 雷达图像，生成无云的 Sentinel-2 图像，以及显示网络在何处关注雷达的注意力图。网络以 SAR 引导的注意力机制融合两者。
它是一个处理算法：可用于工具箱、批处理、模型构建器和 qgis_process，可在 CPU 或 GPU 上运行。
PyTorch、rasterio 和 NumPy 装入独立的 Python 环境，由插件一键建立（下载 300 MB，使用 NVIDIA GPU 时为 3 GB）。QGIS 自带的 Python 保持原样。</translation>
        </message>
        <message>
            <location filename="../metadata.txt"></location>
            <source>remote sensing,raster,sentinel,sentinel-1,sentinel-2,sar,radar,cloud,clouds,cloud removal,deep learning,attention,processing</source>
            <extracomment>metadata: tags</extracomment>
            <translation>遥感,栅格,哨兵,sentinel,sentinel-1,sentinel-2,sar,雷达,云,去云,云去除,深度学习,注意力,processing</translation>
        </message>
    </context>
</TS>
